import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What builds may not leave behind. */
export type Leftovers = { mounts: string[]; programs: string[]; scratch: string[] };

export const nothing: Leftovers = { mounts: [], programs: [], scratch: [] };

/** Mounts of this host, running programs and scratch folders that belong to a home. */
export const leftoversOf = (home: string): Leftovers => ({
  mounts: lines('/proc/self/mountinfo').filter((line) => line.includes(home)),
  programs: programsOf(home),
  // Unpacked layers may stay for the next build; they lie in `trees`.
  scratch: readdirSync(join(home, 'scratch')).filter((name) => name !== 'trees'),
});

/**
 * Command lines of all programs that have to do with a home. A sandboxed one does not name it: it is known by its
 * mounts, its folders, its open files or its environment.
 */
const programsOf = (home: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => traces(join('/proc', pid)).some((trace) => trace.includes(home)))
    .map((pid) =>
      text(join('/proc', pid, 'cmdline'))
        .replaceAll('\0', ' ')
        .trim(),
    );

const traces = (process: string): string[] => [
  ...['cmdline', 'environ', 'mountinfo'].map((file) => text(join(process, file))),
  ...['cwd', 'root'].map((link) => target(join(process, link))),
  ...attempt(() => readdirSync(join(process, 'fd')), []).map((fd) => target(join(process, 'fd', fd))),
];

const lines = (path: string): string[] => text(path).split('\n');

/** Empty for what has ended meanwhile, or belongs to another user. */
const text = (path: string): string => attempt(() => readFileSync(path, 'utf8'), '');
const target = (path: string): string => attempt(() => readlinkSync(path), '');

const attempt = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};
