import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Taskserv } from '@gild/contracts';
import { Fault, type TaskservCatalogue } from '@gild/ports';
import { parseTaskserv, type Reading } from './parse-taskserv.js';

const FILE = 'taskserv.yaml';
const LONGEST = 1_048_576;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';

const unreadable = (path: string, error: unknown): Reading => ({
  ok: false,
  violations: [`${path}: cannot be read (${codeOf(error)})`],
});

/** What was read of a file that has not changed since, by its path. */
type Known = Map<string, { stamp: string; reading: Reading }>;

/** Changes that come sooner after one another may leave a file with the same stamp. */
const SURELY_SEEN_MS = 2000;

const stampOf = ({ ino, size, mtimeMs, ctimeMs }: Stats): string => [ino, size, mtimeMs, ctimeMs].join(' ');

const readTaskserv = async (dir: string, name: string, known: Known): Promise<Reading> => {
  const path = join(dir, name, FILE);
  try {
    const status = await stat(path);
    const { size, ctimeMs } = status;
    if (size > LONGEST)
      return { ok: false, violations: [`${path}: has ${size} bytes, the most is ${LONGEST}`] };
    const stamp = stampOf(status);
    const before = known.get(path);
    if (before?.stamp === stamp) return before.reading;
    const reading = parseTaskserv({ path, folder: name, text: await readFile(path, 'utf8') });
    if (Date.now() - ctimeMs > SURELY_SEEN_MS) known.set(path, { stamp, reading });
    return reading;
  } catch (error) {
    return unreadable(path, error);
  }
};

const readFolder = async (dir: string, known: Known): Promise<readonly Reading[]> => {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return await Promise.all(
      names
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((name) => readTaskserv(dir, name, known)),
    );
  } catch (error) {
    return [unreadable(dir, error)];
  }
};

const loadAll = async (dirs: readonly string[], known: Known): Promise<ReadonlyMap<string, Taskserv>> => {
  const readings = (await Promise.all(dirs.map((dir) => readFolder(dir, known)))).flat();
  const violations = readings.flatMap((reading) => (reading.ok ? [] : reading.violations));
  if (violations.length > 0) {
    throw new Fault(
      'CATALOGUE_INVALID',
      `the taskserv catalogue has ${violations.length} violation(s); correct these files:\n${violations.join('\n')}`,
    );
  }
  return new Map(
    readings.flatMap((reading) => (reading.ok ? [[reading.taskserv.name, reading.taskserv]] : [])),
  );
};

/**
 * Taskservs in folders, each `<dir>/<name>/taskserv.yaml`; a later folder's taskserv takes the place of an earlier one's. Asked again, it
 * reads no file that is as it was.
 */
export const folderCatalogue = (dirs: readonly string[]): TaskservCatalogue => {
  const known: Known = new Map();
  return { all: () => loadAll(dirs, known) };
};
