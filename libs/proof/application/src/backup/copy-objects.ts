import type { StoredObject } from '@gild/contracts';
import { missingObject, type ObjectStore } from '@gild/ports';
import type { Claim } from './claims.js';
import { type Lack, lackOf } from './manifest.js';

/** From where to where; `known`: what an earlier backup copied, and checked then. */
export type Copying = {
  from: ObjectStore;
  to: ObjectStore;
  known: ReadonlyMap<string, StoredObject>;
  signal: AbortSignal;
};

/** What was copied or was there, and what could not be. */
export type Copied = { object: StoredObject; copied: boolean } | { lack: Lack };

/** The object that an event names by its digest, checked while it is copied; one that is there is not copied again. */
export const copyClaimed = async (
  { reported: _, ...claim }: Claim,
  { from, to, signal }: Copying,
): Promise<Copied> => {
  try {
    const object = { ...claim, sizeBytes: claim.sizeBytes ?? (await sizeIn(from, to, claim.key)) };
    if ((await to.head(claim.key))?.sizeBytes === object.sizeBytes) return { object, copied: false };
    await to.put(claim.key, whileWanted(from.read(object), signal), claim.sha256);
    return { object, copied: true };
  } catch (error) {
    return { lack: lackOf(claim.key, error) };
  }
};

/** An object that no event names by its digest: a chunk of a log, a tile. Such a one is never overwritten either. */
export const copyPlain = async (key: string, { from, to, known, signal }: Copying): Promise<Copied> => {
  try {
    const sizeBytes = await sizeIn(from, undefined, key);
    const before = known.get(key);
    if (before?.sizeBytes === sizeBytes && (await to.head(key))?.sizeBytes === sizeBytes)
      return { object: before, copied: false };
    const { created, ...object } = await to.put(key, whileWanted(from.readRange(key, 0, sizeBytes), signal));
    return { object, copied: created };
  } catch (error) {
    return { lack: lackOf(key, error) };
  }
};

const sizeIn = async (from: ObjectStore, orIn: ObjectStore | undefined, key: string): Promise<number> => {
  const found = (await from.head(key)) ?? (await orIn?.head(key));
  if (found !== undefined) return found.sizeBytes;
  throw missingObject(key);
};

/** The pieces as long as nobody ends it. */
export async function* whileWanted<T>(pieces: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
}
