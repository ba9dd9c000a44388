import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from '@gild/contracts';
import { ifPresent, placeFile, syncPath } from '@gild/node-runtime';
import { Fault, type PartialCopy } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestName, imagePath } from './cache-folders.js';
import { measureFile } from './measure-file.js';
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

/** A file in its place that nobody recorded is taken back: all of it is there, and has to be measured. */
const takenBack = async (placed: string, part: string, plan: Plan): Promise<Journal | undefined> => {
  if ((await sizeOf(placed)) !== plan.sizeBytes) return undefined;
  await rename(placed, part);
  return { plan, complete: new Set(piecesOf(plan).map(({ index }) => index)) };
};

const earlier = async (placed: string, { part, pieces }: Paths, plan: Plan) => {
  const whole = await takenBack(placed, part, plan);
  if (whole !== undefined) return whole;
  const journal = await readJournal(pieces);
  const isUsable = journal !== undefined && isEqual(journal.plan, plan) && (await sizeOf(part)) !== undefined;
  return isUsable ? journal : undefined;
};

const writeAll = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

const measured = async (part: string, signal?: AbortSignal) => {
  const found = await measureFile(part, signal);
  if (found !== undefined) return found;
  throw new Fault('CACHE_IO', `${part} is gone; who removes files below the cache?`, { retryable: true });
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
  const plan = { sha256, sizeBytes, pieceBytes };
  const found = (await earlier(placed, paths, plan)) ?? { plan, complete: new Set() };
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
