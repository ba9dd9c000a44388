import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkContext } from '@gild/ports';

/**
 * Where the toolchain of one spec works: folders and a cache of its own below `home`, and in `log` what it printed. Nothing is
 * there before the first folder is asked for, so that a spec all of whose tests are skipped leaves nothing.
 */
export const toolchainHome = () => {
  const home = join(tmpdir(), `gild-toolchain-${randomUUID()}`);
  const log = { text: '' };
  let made: Promise<void> | undefined;
  const make = async (): Promise<void> => {
    await mkdir(home);
    await chmod(home, 0o755);
    await mkdir(join(home, 'cache'));
  };
  const opened = (): Promise<void> => (made ??= make());

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
    await opened();
    await mkdir(join(home, name));
    return join(home, name);
  };
  /** An empty folder whose name begins like that. */
  const newFolder = async (name: string): Promise<string> => {
    await opened();
    return mkdtemp(join(home, `${name}-`));
  };

  return { home, log, context, folder, newFolder };
};
