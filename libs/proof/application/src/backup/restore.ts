import { objectKeys, type StoredObject } from '@gild/contracts';
import {
  Fault,
  MAX_APPEND_CHARACTERS,
  MAX_EVENT_CHARACTERS,
  type NewEvent,
  type ObjectStore,
} from '@gild/ports';
import type { Course, Truth } from './backup-deps.js';
import { whileWanted } from './copy-objects.js';
import { type Lack, lackOf, type Manifest, requireManifest } from './manifest.js';
import { type BackedUpEvent, backedUpEvents, readObjectLists } from './read-backup.js';
import { requireHistory, type VerifyDeps } from './verify-backup.js';

export type RestoreDeps = VerifyDeps & Truth;

/** What was restored. `damaged`: what the backup does not hold as it was. `unclaimed`: objects that were there, and no event names. */
export type RestoreReport = { manifest: Manifest; damaged: Lack[]; unclaimed: string[] };

/**
 * Restores into a store without events: first the objects, then the events in their order. Nothing is written before the whole
 * history of the backup was read and judged. Objects that are there already, as of a bucket that outlived its farm, are read and kept, and
 * those that no event names are reported and left alone. After an interruption it goes on where it was, also behind the last event.
 * Faults: STATE_NOT_EMPTY, BACKUP_ABSENT, BACKUP_DAMAGED, those of the stores.
 */
export const restore = async (deps: RestoreDeps, course: Course): Promise<RestoreReport> => {
  const manifest = await requireManifest(deps.place);
  await requireHistory(deps, manifest);
  const present = await presentEvents(deps, manifest);
  const objects = await readObjectLists(deps.place, manifest);
  const damaged: Lack[] = [];
  for (const [index, object] of objects.entries()) {
    course.signal.throwIfAborted();
    await restoreObject(object, deps, course.signal).catch((error: unknown) =>
      damaged.push(lackOf(object.key, error)),
    );
    course.progress({ doing: 'objects', done: index + 1, total: objects.length });
  }
  await restoreEvents(deps, { manifest, present, course });
  return { manifest, damaged, unclaimed: await unclaimedIn(deps.objects, objects) };
};

/** How many events of the backup are there: those of a restore that was interrupted. Fault: STATE_NOT_EMPTY. */
const presentEvents = async (deps: RestoreDeps, manifest: Manifest): Promise<number> => {
  let present = 0;
  const backup = backedUpEvents(deps.place, manifest)[Symbol.asyncIterator]();
  for await (const event of deps.store.readAll()) {
    const next = await backup.next();
    if (next.done === true || next.value.id !== event.id || next.value.stream !== event.stream)
      throw notEmpty();
    present += 1;
  }
  return present;
};

const notEmpty = (): Fault =>
  new Fault(
    'STATE_NOT_EMPTY',
    'expected a farm without events, or what an interrupted restore of this backup left, found other events: restore into an empty place, and move this one away if it is to be replaced (of a file of events also what another restore left beside it, which ends in .restoring)',
  );

const restoreObject = async (
  object: StoredObject,
  { place, objects }: RestoreDeps,
  signal: AbortSignal,
): Promise<void> => {
  if (await isSound(object, objects, signal)) return;
  await objects.put(object.key, whileWanted(place.objects.read(object), signal), object.sha256);
};

const isSound = async (object: StoredObject, objects: ObjectStore, signal: AbortSignal): Promise<boolean> => {
  if ((await objects.head(object.key))?.sizeBytes !== object.sizeBytes) return false;
  try {
    const pieces = whileWanted(objects.read(object), signal);
    while ((await pieces.next()).done !== true);
    return true;
  } catch (error) {
    lackOf(object.key, error);
    return false;
  }
};

// So many of the longest events are what one append takes.
const MOST_AT_ONCE = MAX_APPEND_CHARACTERS / MAX_EVENT_CHARACTERS;

type Given = { manifest: Manifest; present: number; course: Course };

/** Neighbours of one stream in one append, so that the order in the log stays what it was. */
const restoreEvents = async (deps: RestoreDeps, { manifest, present, course }: Given): Promise<void> => {
  let done = 0;
  let waiting: BackedUpEvent[] = [];
  const append = async (): Promise<void> => {
    course.signal.throwIfAborted();
    await appendAll(waiting, deps);
    waiting = [];
    course.progress({ doing: 'events', done, total: manifest.events });
  };
  for await (const event of backedUpEvents(deps.place, manifest)) {
    done += 1;
    if (done <= present) continue;
    const isNeighbour =
      waiting.length < MOST_AT_ONCE && (waiting[0]?.stream ?? event.stream) === event.stream;
    if (!isNeighbour) await append();
    waiting.push(event);
  }
  if (waiting.length > 0) await append();
};

const appendAll = async (events: readonly BackedUpEvent[], { store }: RestoreDeps): Promise<void> => {
  const [first] = events;
  if (first === undefined) return;
  const { stream, revision } = first;
  const fresh: NewEvent[] = events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
  const result = await store.append(stream, revision === 0 ? 'none' : { revision: revision - 1 }, fresh);
  if (!result.ok) throw notEmpty();
};

const unclaimedIn = async (store: ObjectStore, objects: readonly StoredObject[]): Promise<string[]> => {
  const claimed = new Set(objects.map(({ key }) => key));
  const unclaimed: string[] = [];
  for await (const key of store.list(''))
    if (!claimed.has(key) && !key.startsWith(objectKeys.proof())) unclaimed.push(key);
  return unclaimed;
};
