import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '@gild/contracts';
import { systemCode, verifiedPieces } from '@gild/node-runtime';
import { missingObject } from '@gild/ports';
import { filePieces } from './file-pieces.js';
import { guarded } from './store-faults.js';

/** Size of an object's file; undefined when there is none. */
export const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined;
    return guarded(`reading ${path}`, () => Promise.reject(error as Error));
  }
};

/** The whole object, judged before its last piece is given. */
export async function* readVerified(path: string, object: StoredObject): AsyncGenerator<Uint8Array> {
  if ((await sizeOf(path)) === undefined) throw missingObject(object.key);
  yield* verifiedPieces(object, filePieces(path));
}

export async function* readPart(
  path: string,
  key: string,
  range: { start: number; end: number },
): AsyncGenerator<Uint8Array> {
  if ((await sizeOf(path)) === undefined) throw missingObject(key);
  yield* filePieces(path, range.start, range.end);
}

const entriesOf = async (dir: string) => {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return [];
    return guarded(`reading ${dir}`, () => Promise.reject(error as Error));
  }
};

/** Keys below a folder in order of the whole key, which is why a folder sorts as its name with the slash. */
export async function* listKeys(root: string, prefix: string, folder = ''): AsyncGenerator<string> {
  const entries = await entriesOf(join(root, folder));
  const names = entries.map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : '')).sort();
  for (const name of names) {
    if (name.endsWith('/')) {
      if (name.startsWith(prefix) || prefix.startsWith(name)) yield* listKeys(root, prefix, name);
    } else if (name.startsWith(prefix)) yield name;
  }
}
