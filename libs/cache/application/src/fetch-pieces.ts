import type { StoredObject } from '@gild/contracts';
import { type CopyPiece, Fault, type PartialCopy } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';
import { insistently } from './insistently.js';

const RANGES = 4;

const shortBody = (key: string, from: number, { end }: CopyPiece): Fault =>
  new Fault(
    'STORE_IO',
    `${key}: expected bytes up to ${end}, the store ended at ${from}; it is tried again`,
    {
      retryable: true,
    },
  );

const longBody = (key: string, { start, end }: CopyPiece): Fault =>
  new Fault(
    'STORE_IO',
    `${key}: asked for bytes ${start} to ${end}, the store sent more; it is tried again`,
    {
      retryable: true,
    },
  );

/** `received` hears of bytes as they come, `done` of each piece. */
type Fetching = {
  into: PartialCopy;
  received: (bytes: number) => void;
  done: (piece: CopyPiece) => void;
};

/** Reads one piece, from where it was cut off when it is read again. */
const fetchPiece = async (
  deps: HostCacheDeps,
  { key, into, piece, signal, received }: Fetching & { key: string; piece: CopyPiece; signal: AbortSignal },
): Promise<void> => {
  let position = piece.start;
  await insistently({ ...deps, signal }, async () => {
    for await (const bytes of deps.source.readRange(key, position, piece.end)) {
      signal.throwIfAborted();
      if (position + bytes.length > piece.end) throw longBody(key, piece);
      await into.write(position, bytes);
      position += bytes.length;
      received(bytes.length);
    }
    if (position < piece.end) throw shortBody(key, position, piece);
  });
  await into.complete(piece);
};

/**
 * Reads what is missing of a copy, several ranges at once and in each one piece of the source at a time. The first failure ends
 * it; what is complete by then stays.
 */
export const fetchPieces = async (
  deps: HostCacheDeps,
  { key }: StoredObject,
  fetching: Fetching,
): Promise<void> => {
  const queue = [...fetching.into.missing()];
  const failure = new AbortController();
  const signal = deps.stop === undefined ? failure.signal : AbortSignal.any([deps.stop, failure.signal]);
  const runner = async (): Promise<void> => {
    for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
      signal.throwIfAborted();
      await fetchPiece(deps, { ...fetching, key, piece, signal });
      fetching.done(piece);
    }
  };
  const ranges = Math.min(deps.ranges ?? RANGES, queue.length);
  const runners = Array.from({ length: ranges }, () =>
    runner().catch((error: unknown) => failure.abort(error)),
  );
  // All have ended before the files are closed that they write to.
  await Promise.all(runners);
  signal.throwIfAborted();
};
