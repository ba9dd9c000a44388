import { readFile, readlink, stat } from 'node:fs/promises';

const STALE_MS = 24 * 3_600_000;
// A sandbox puts its own folder beside the one it fills, under the same name behind a dot.
const NAME = /^\.?(\d+)-(\d+)-(\d+)-/;

/** When the process was started, in the kernel's own count; undefined when there is none. */
const startOf = async (pid: string): Promise<string | undefined> => {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
};

/** Process numbers mean nothing outside their namespace. */
const pidNamespace = async (): Promise<string> =>
  /\d+/.exec(await readlink('/proc/self/ns/pid').catch(() => '0'))?.[0] ?? '0';

/**
 * A name for something that is worth nothing once this process is gone: a half-written file, the folder of a running
 * build. The name says whose it is, so that anybody can ask later with `isLeftover`.
 */
export const ownerName = async (rest: string): Promise<string> => {
  const pid = String(process.pid);
  return `${await pidNamespace()}-${pid}-${(await startOf(pid)) ?? '0'}-${rest}`;
};

/**
 * Whether what `ownerName` named has lost its owner: the process is gone, or, when it is of another namespace and so
 * cannot be asked for, nothing was written there for a day. Names of any other form are nobody's business.
 */
export const isLeftover = async (name: string, path: string): Promise<boolean> => {
  const [, namespace, pid = '', start] = NAME.exec(name) ?? [];
  if (namespace === undefined) return false;
  if (namespace === (await pidNamespace())) return (await startOf(pid)) !== start;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
};
