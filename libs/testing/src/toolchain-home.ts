import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkContext } from '@gild/ports';

/** Where the toolchain of one spec works: folders and a cache of its own below `home`, and in `log` what it printed. */
export const toolchainHome = async () => {
  const home = await mkdtemp(join(tmpdir(), 'gild-toolchain-'));
  await chmod(home, 0o755);
  await mkdir(join(home, 'cache'));
  const log = { text: '' };

  const context = async (parts: Partial<WorkContext> = {}): Promise<WorkContext> => ({
    workDir: await newFolder('work'),
    cacheDir: join(home, 'cache'),
    log: (chunk) => void (log.text += Buffer.from(chunk).toString()),
    signal: new AbortController().signal,
    idleLimitMs: 60_000,
    ...parts,
  });
  /** An empty folder with the name. */
  const folder = async (name: string): Promise<string> => {
    await mkdir(join(home, name));
    return join(home, name);
  };
  /** An empty folder whose name begins like that. */
  const newFolder = (name: string): Promise<string> => mkdtemp(join(home, `${name}-`));

  return { home, log, context, folder, newFolder };
};
