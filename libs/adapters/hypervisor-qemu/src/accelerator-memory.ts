import { readFile, rename, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Accelerator } from './machine-models.js';

const Verdict = z.object({ host: z.string(), accelerator: z.enum(['kvm', 'tcg']) });

/** Remembers which accelerator starts a kernel, until the host restarts or QEMU is replaced. */
export type AcceleratorMemory = {
  recall(): Promise<Accelerator | undefined>;
  remember(accelerator: Accelerator): Promise<void>;
};

/** `host` names this start of the host and this QEMU; a verdict of another one is forgotten. */
export const acceleratorMemory = (stateDir: string, host: () => Promise<string>): AcceleratorMemory => {
  const path = join(stateDir, 'accelerator.json');
  return {
    recall: async () => {
      const text = await readFile(path, 'utf8').catch(() => 'null');
      const verdict = Verdict.safeParse(parsed(text)).data;
      return verdict?.host === (await host()) ? verdict.accelerator : undefined;
    },
    remember: async (accelerator) => {
      await mkdir(stateDir, { recursive: true });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, JSON.stringify({ host: await host(), accelerator }));
      await rename(temporary, path);
    },
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
