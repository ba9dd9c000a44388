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

const readTaskserv = async (dir: string, name: string): Promise<Reading> => {
  const path = join(dir, name, FILE);
  try {
    const { size } = await stat(path);
    if (size <= LONGEST) return parseTaskserv({ path, folder: name, text: await readFile(path, 'utf8') });
    return { ok: false, violations: [`${path}: has ${size} bytes, the most is ${LONGEST}`] };
  } catch (error) {
    return unreadable(path, error);
  }
};

const readFolder = async (dir: string): Promise<readonly Reading[]> => {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return await Promise.all(
      names
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((name) => readTaskserv(dir, name)),
    );
  } catch (error) {
    return [unreadable(dir, error)];
  }
};

const loadAll = async (dirs: readonly string[]): Promise<ReadonlyMap<string, Taskserv>> => {
  const readings = (await Promise.all(dirs.map(readFolder))).flat();
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

/** Taskservs in folders, each `<dir>/<name>/taskserv.yaml`; a later folder's taskserv takes the place of an earlier one's. */
export const folderCatalogue = (dirs: readonly string[]): TaskservCatalogue => ({
  all: () => loadAll(dirs),
});
