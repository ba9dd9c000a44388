import { damagedObject, Fault, faultCode, missingObject, type PartialCopy } from '@gild/ports';
import { fetchPieces } from './fetch-pieces.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { insistently } from './insistently.js';
import { cacheFull, type Room } from './room.js';
import type { Wanted } from './wanted-image.js';

const PIECE_BYTES = 16 * 1024 * 1024;

/** A file in its place that is what was wanted; `fetchedBytes`: how much of it was missing before. */
export type Filled = { path: string; fetchedBytes: number };

type Filling = { deps: HostCacheDeps; room: Room; wanted: Wanted; into: PartialCopy };

const nameOf = ({ imageName, version }: Wanted): string => `${imageName}@${version}`;

const requireObject = async (deps: HostCacheDeps, { object }: Wanted): Promise<void> => {
  const { clock, random, stop } = deps;
  const found = await insistently({ clock, random, ...(stop && { signal: stop }) }, () =>
    deps.source.head(object.key),
  );
  if (found === undefined) throw missingObject(object.key);
  if (found.sizeBytes !== object.sizeBytes)
    throw new Fault(
      'OBJECT_DAMAGED',
      `${object.key}: expected ${object.sizeBytes} bytes, the store has ${found.sizeBytes}`,
    );
};

const bytesOf = (pieces: readonly { start: number; end: number }[]): number =>
  pieces.reduce((sum, { start, end }) => sum + end - start, 0);

/** Reads what is missing. A disk that is full is given one more chance, with what the policy lets go for it. */
const fetchAll = async ({ deps, room, wanted, into }: Filling): Promise<number> => {
  const { object } = wanted;
  const before = bytesOf(into.missing());
  if (before === 0) return before;
  const once = async () => {
    await room.make(nameOf(wanted), object.sha256, bytesOf(into.missing()));
    let receivedBytes = object.sizeBytes - bytesOf(into.missing());
    await fetchPieces(deps, object, {
      into,
      received: (bytes) => {
        receivedBytes += bytes;
        deps.filling?.({ sha256: object.sha256, receivedBytes, totalBytes: object.sizeBytes });
      },
      done: (piece) => room.used(object.sha256, piece),
    });
  };
  try {
    await once().catch((error: unknown) => (isFull(error) ? once() : Promise.reject(error as Error)));
  } catch (error) {
    throw isFull(error) ? cacheFull(nameOf(wanted), undefined, error) : error;
  }
  return before;
};

const isFull = (error: unknown): boolean => faultCode(error) === 'NO_SPACE';

const GIVEN_UP = ['CACHE_FULL', 'OBJECT_MISSING', 'OBJECT_DAMAGED'];

/** Undefined when what an earlier filling left was not right: it is gone then. */
const filledOnce = async (filling: Filling): Promise<Filled | undefined> => {
  const { deps, wanted, into } = filling;
  const fetchedBytes = await fetchAll(filling);
  const found = await into.measure(deps.stop);
  if (found.sha256 === wanted.object.sha256) return { path: await into.place(), fetchedBytes };
  if (!into.resumed) throw damagedObject(wanted.object, found);
  await into.discard();
  return undefined;
};

/** Nothing is kept of what cannot be filled; everything of what only was cut off. */
const keepingWhatHelps = async <T>(into: PartialCopy, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (GIVEN_UP.includes(faultCode(error) ?? '')) await into.discard();
    throw error;
  } finally {
    await into.close();
  }
};

const begun = async (deps: HostCacheDeps, wanted: Wanted): Promise<PartialCopy> =>
  deps.folder.fill(wanted.object, deps.pieceBytes ?? PIECE_BYTES).catch((error: unknown) => {
    throw isFull(error) ? cacheFull(nameOf(wanted), undefined, error) : error;
  });

/** Has the file of an image in its place, verified. For one caller at a time, who holds the copy. */
export const fillCopy = async (deps: HostCacheDeps, room: Room, wanted: Wanted): Promise<Filled> => {
  try {
    for (;;) {
      const into = await begun(deps, wanted);
      const filled = await keepingWhatHelps(into, async () => {
        if (into.missing().length > 0) await requireObject(deps, wanted);
        return filledOnce({ deps, room, wanted, into });
      });
      if (filled !== undefined) return filled;
    }
  } finally {
    room.giveBack(wanted.object.sha256);
  }
};
