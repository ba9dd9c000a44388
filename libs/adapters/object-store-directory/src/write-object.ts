import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { StoredObject } from '@gild/contracts';
import { ownerName } from '@gild/leftovers';
import { type Measure, measuring, syncPath, systemCode, until } from '@gild/node-runtime';
import { mismatchedObject, type ObjectSource } from '@gild/ports';
import { makeFolder, syncFolder } from './durable-folders.js';
import { filePieces, measureFile } from './file-pieces.js';
import { guarded } from './store-faults.js';

/** Where a store keeps things, and which folders' files it may take as they are. */
export type StoreFolders = {
  objects: string;
  temporary: string;

  linkFrom: readonly string[];
};

export type Stored = StoredObject & { created: boolean };

type Target = {
  key: string;
  path: string;
  expectSha256: string | undefined;
  /** Ends the writing of a file. */
  signal?: AbortSignal | undefined;
};

async function* piecesOf(source: ObjectSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}

const writeTemporary = async (path: string, source: ObjectSource): Promise<Measure> => {
  const measure = measuring();
  const file = await guarded(`writing ${path}`, () => open(path, 'wx', 0o600));
  try {
    for await (const piece of piecesOf(source)) {
      measure.add(piece);
      await guarded(`writing ${path}`, () => file.writeFile(piece));
    }
    await guarded(`writing ${path}`, () => file.sync());
    return measure.total();
  } finally {
    await file.close();
  }
};

const ATTEMPTS = 50;

/** Gives a finished file its name; false when the name is taken. Deleting may remove the folder meanwhile: then once more. */
const giveName = async (temporary: string, path: string): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeFolder(dirname(path));
      await link(temporary, path);
      await syncFolder(dirname(path));
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      if (systemCode(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
};

/** What lies under a key that names other bytes was damaged: the right ones take its place. */
const replaceDamaged = async (temporary: string, path: string): Promise<void> => {
  await makeFolder(dirname(path));
  await rename(temporary, path);
  await syncFolder(dirname(path));
};

const publish = async (temporary: string, found: Measure, target: Target): Promise<Stored> => {
  const { key, path, expectSha256 } = target;
  if (expectSha256 !== undefined && expectSha256 !== found.sha256)
    throw mismatchedObject(key, expectSha256, found.sha256);
  const created = await guarded(`storing ${key}`, () => giveName(temporary, path));
  if (created) return { key, ...found, created: true };
  const present = await measureFile(path);
  if (present.sha256 === found.sha256) return { key, ...found, created: false };
  if (!key.includes(found.sha256)) throw mismatchedObject(key, found.sha256, present.sha256);
  await guarded(`storing ${key}`, () => replaceDamaged(temporary, path));
  return { key, ...found, created: true };
};

const withTemporary = async (
  folders: StoreFolders,
  work: (path: string) => Promise<Stored>,
): Promise<Stored> => {
  const path = join(folders.temporary, await ownerName(randomUUID()));
  try {
    return await work(path);
  } finally {
    await guarded(`removing ${path}`, () => rm(path, { force: true }));
  }
};

/** Writes a source under a key: temporary file, digest, fsync, link, fsync of the folder. */
export const writeObject = (folders: StoreFolders, source: ObjectSource, target: Target): Promise<Stored> =>
  withTemporary(folders, async (temporary) =>
    publish(temporary, await writeTemporary(temporary, source), target),
  );

const succeeds = async (call: () => Promise<void>): Promise<boolean> => {
  try {
    await call();
    return true;
  } catch (error) {
    const REFUSED = [
      'EXDEV',
      'EPERM',
      'ENOTSUP',
      'EOPNOTSUPP',
      'EINVAL',
      'ENOSYS',
      'EMLINK',
      'ENOTTY',
      'EACCES',
    ];
    if (REFUSED.includes(systemCode(error))) return false;
    throw error;
  }
};

/** Another name for the same bytes where the file system can give one: a copy on write, or a link to a file that is final. */
const shareFile = async (folders: StoreFolders, source: string, temporary: string): Promise<boolean> => {
  if (await succeeds(() => copyFile(source, temporary, constants.COPYFILE_FICLONE_FORCE))) return true;
  await rm(temporary, { force: true });
  const final = folders.linkFrom.some((dir) => resolve(source).startsWith(resolve(dir) + sep));
  return final && (await succeeds(() => link(source, temporary)));
};

/** What was shared is read by its own name: the source may be gone meanwhile. */
const settle = async (path: string, signal: AbortSignal | undefined): Promise<Measure> => {
  await guarded(`storing ${path}`, async () => {
    await chmod(path, 0o600);
    await syncPath(path);
  });
  return measureFile(path, signal);
};

/** As writeObject, from a file; copies its bytes only where they cannot be shared. */
export const writeObjectFromFile = (folders: StoreFolders, source: string, target: Target): Promise<Stored> =>
  withTemporary(folders, async (temporary) => {
    target.signal?.throwIfAborted();
    const shared = await guarded(`storing ${source}`, () => shareFile(folders, source, temporary));
    const found = shared
      ? await settle(temporary, target.signal)
      : await writeTemporary(temporary, until(target.signal, filePieces(source)));
    return publish(temporary, found, target);
  });
