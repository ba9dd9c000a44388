import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '@gild/contracts';
import { ifPresent, placeFile, syncPath } from '@gild/node-runtime';
import { Fault, type PartialCopy } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestName, imagePath } from './cache-folders.js';
import { measureFile } from './measure-file.js';
import { putAside } from './quarantine.js';
import {
  type Journal,
  type JournalFile,
  keepJournal,
  piecesOf,
  type Plan,
  readJournal,
} from './piece-journal.js';

export const partialPaths = (folders: CacheFolders, sha256: string) => ({
  part: join(folders.partial, `${digestName(sha256)}.part`),
  pieces: join(folders.partial, `${sha256}.pieces`),
});

type Paths = ReturnType<typeof partialPaths>;

export const removePartial = async ({ part, pieces }: Paths): Promise<void> => {
  await rm(pieces, { force: true });
  await rm(part, { force: true });
};

const isEqual = (a: Plan, b: Plan): boolean => a.sha256 === b.sha256 && a.sizeBytes === b.sizeBytes;

const sizeOf = async (path: string): Promise<number | undefined> => (await ifPresent(stat(path)))?.size;

const earlier = async ({ part, pieces }: Paths, plan: Plan) => {
  const journal = await readJournal(pieces);
  const isUsable = journal !== undefined && isEqual(journal.plan, plan) && (await sizeOf(part)) !== undefined;
  return isUsable ? journal : undefined;
};

/**
 * A file in its place that nobody recorded. It stays there, because a machine may run from it: nothing of it is missing, and it is read
 * where it lies. Discarded, it is put aside.
 */
const placedCopy = (
  folders: CacheFolders,
  { paths, placed }: { paths: Paths; placed: string },
): PartialCopy => {
  const never = () => Promise.reject(new Error(`nothing of ${placed} is missing`));
  return {
    resumed: true,
    missing: () => [],
    ...{ write: never, complete: never },
    measure: (signal) => measured(placed, signal),
    place: () =>
      guarded(`keeping ${placed}`, async () => {
        await syncPath(placed);
        await syncPath(folders.images);
        await removePartial(paths);
        return placed;
      }),
    close: () => Promise.resolve(),
    discard: () =>
      guarded(`putting ${placed} aside`, async () => {
        await putAside(folders, placed);
      }),
  };
};

const measured = async (part: string, signal?: AbortSignal) => {
  const found = await measureFile(part, signal);
  if (found !== undefined) return found;
  throw new Fault('CACHE_IO', `${part} is gone; who removes files below the cache?`, { retryable: true });
};

const writeAll = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

type Filling = { paths: Paths; placed: string; file: FileHandle; journal: JournalFile };

/** What ends the filling: one after the other of the files that are written is closed once. */
const ending = ({
  paths,
  placed,
  file,
  journal,
}: Filling): Pick<PartialCopy, 'place' | 'close' | 'discard'> => {
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= Promise.all([file.close(), journal.close()]).then(() => undefined));
  return {
    close,
    place: () =>
      guarded(`placing ${placed}`, async () => {
        await close();
        await placeFile(paths.part, placed);
        await rm(paths.pieces, { force: true });
        await syncPath(join(paths.part, '..'));
        return placed;
      }),
    discard: () =>
      guarded(`removing ${paths.part}`, async () => {
        await close();
        await removePartial(paths);
      }),
  };
};

const begun = async (folders: CacheFolders, paths: Paths, journal: Journal) => {
  const isNew = journal.complete.size === 0;
  if (isNew) await removePartial(paths);
  const file = await open(paths.part, isNew ? 'wx' : 'r+', 0o600);
  try {
    return { file, journal: await keepJournal(folders, paths.pieces, journal) };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** Begins to fill a copy, or goes on with what is complete of it. */
export const partialCopy = async (
  folders: CacheFolders,
  object: StoredObject,
  pieceBytes: number,
): Promise<PartialCopy> => {
  const { sha256, sizeBytes } = object;
  const paths = partialPaths(folders, sha256);
  const placed = imagePath(folders, object);
  if ((await sizeOf(placed)) !== undefined) return placedCopy(folders, { paths, placed });
  const plan = { sha256, sizeBytes, pieceBytes };
  const found = (await earlier(paths, plan)) ?? { plan, complete: new Set() };
  const { file, journal } = await begun(folders, paths, found);
  const complete = new Set(found.complete);
  let last: Promise<void> = Promise.resolve();
  return {
    ...ending({ paths, placed, file, journal }),
    resumed: complete.size > 0,
    missing: () => piecesOf(found.plan).filter(({ index }) => !complete.has(index)),
    write: (position, bytes) => guarded(`writing ${paths.part}`, () => writeAll(file, bytes, position)),
    complete: ({ index }) => {
      // The bytes first: a piece that the journal names is there after a loss of power.
      const noted = last.then(async () => {
        await file.datasync();
        await journal.add(index);
        complete.add(index);
      });
      last = noted.catch(() => undefined);
      return guarded(`writing ${paths.part}`, () => noted);
    },
    measure: (signal) => measured(paths.part, signal),
  };
};
