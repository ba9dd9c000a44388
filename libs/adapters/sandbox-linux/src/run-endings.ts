import { resolve, sep } from 'node:path';
import type { SandboxEnd } from '@gild/ports';
import type { SandboxProcess } from './sandbox-process.js';

const GRACE_MS = 10_000;

/** Once the signal aborts: SIGTERM, the grace, SIGKILL of all. `end` tells which it took, if any, and lets go of the signal. */
export const gracefulEnd = (
  process: Pick<SandboxProcess, 'terminate' | 'kill'>,
  signal: AbortSignal | undefined,
  graceMs = GRACE_MS,
): { end: () => SandboxEnd | undefined } => {
  let grace: NodeJS.Timeout | undefined;
  let how: SandboxEnd | undefined;
  const ask = () => {
    how = 'asked';
    process.terminate();
    grace = setTimeout(() => {
      how = 'killed';
      process.kill();
    }, graceMs);
  };
  if (signal?.aborted) ask();
  signal?.addEventListener('abort', ask, { once: true });
  return {
    end: () => {
      clearTimeout(grace);
      signal?.removeEventListener('abort', ask);
      return how;
    },
  };
};

/** How runs that were called off ended, by the folders they wrote to, until those are removed. */
export type Endings = {
  note: (folders: readonly string[], how: SandboxEnd | undefined) => void;
  of: (folder: string) => SandboxEnd | undefined;
  forget: (folder: string) => void;
};

export const runEndings = (): Endings => {
  const known = new Map<string, SandboxEnd>();
  const below = (folder: string): string[] => {
    const path = resolve(folder);
    return [...known.keys()].filter((key) => key === path || key.startsWith(path + sep));
  };
  return {
    note: (folders, how) => {
      if (how !== undefined)
        for (const folder of folders) if (known.get(folder) !== 'killed') known.set(folder, how);
    },
    of: (folder) => {
      const found = below(folder).map((key) => known.get(key));
      return found.find((how) => how === 'killed') ?? found[0];
    },
    forget: (folder) => below(folder).forEach((key) => known.delete(key)),
  };
};
