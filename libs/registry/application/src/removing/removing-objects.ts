import { LevelProcess } from '@gild/application-core';
import { schemaVersionOf, streams, type StorageEvent, type VersionName } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState } from '../views/images-view.js';
import type { StorageState } from '../views/storage-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { causeOfRemoval } from './cause-of-removal.js';
import { neededKeys } from './needed-keys.js';
import { removableKeys } from './object-keys.js';

type Given = { deps: RegistryDeps; views: Pick<RegistryViews, 'images' | 'storage'> };

/** Removes what deleted versions leave; one call at a time, however many are made. */
export type RemoveUnneeded = (signal?: AbortSignal) => Promise<void>;

export const removerOf = (given: Given): RemoveUnneeded => {
  let last: Promise<unknown> = Promise.resolve();
  return (signal) => {
    const mine = last.then(() => removeUnneeded(given, signal));
    last = mine.catch(() => undefined);
    return mine;
  };
};

/** Does so when it starts, and whenever a version is deleted, something that held objects back ends, or a registry may have died on it. */
export const removingObjects = (deps: RegistryDeps, remove: RemoveUnneeded): LevelProcess =>
  new LevelProcess({ ...deps, filter: { types: OCCASIONS }, look: remove });

const OCCASIONS = [
  ...['VersionDeleted', 'VersionReleased', 'VersionPublished', 'BuildFailed', 'BuildCancelled'],
  'ObjectsCondemned',
];

/**
 * Removes the objects of deleted versions that nothing needs. Each is condemned on record before the last look at what needs it,
 * and whoever publishes looks for a condemnation after the artifact is on record: whichever comes first in the log, the other sees
 * it. So nothing that is published is removed, and what was removed is never published.
 */
const removeUnneeded = async (given: Given, signal?: AbortSignal): Promise<void> => {
  const { deps, views } = given;
  for (const doomed of unneeded(await views.images(), await read(given)))
    await record('ObjectsCondemned', doomed, deps);
  const { fates, needed } = await read(given);
  const condemned = [...fates].flatMap(([key, fate]) => (fate === 'condemned' ? [key] : []));
  const spared = condemned.filter((key) => needed.has(key));
  if (spared.length > 0) await record('ObjectsSpared', { keys: spared }, deps);
  const failures: unknown[] = [];
  for (const key of condemned.filter((it) => !needed.has(it))) {
    signal?.throwIfAborted();
    await remove(key, given).catch((error: unknown) => failures.push(error));
  }
  // One that cannot be removed keeps no other; the next look tries it again.
  if (failures.length > 0) throw failures[0];
};

type Read = { fates: StorageState['fates']; needed: ReadonlySet<string> };

const read = async ({ views }: Given): Promise<Read> => {
  const { fates, reports } = await views.storage();
  // What is read goes on changing: the reports are kept as they were before the images are read.
  const kept = new Map(reports);
  return { fates, needed: neededKeys(kept, await views.images()) };
};

/** Another registry may have removed it since, and a new build stored it again: then it is not to be touched. */
const remove = async (key: string, { deps, views }: Given): Promise<void> => {
  if ((await views.storage()).fates.get(key) !== 'condemned') return;
  await deps.objects.delete(key);
  await record('ObjectsRemoved', { keys: [key] }, deps);
};

type Doomed = { version: VersionName; keys: string[] };

const unneeded = (images: ImagesState, { fates, needed }: Read): Doomed[] =>
  [...images].flatMap(([imageName, { versions, life }]) =>
    [...versions.values()].flatMap((published) => {
      const { version } = published;
      if (life.fates.get(version)?.deleted === undefined) return [];
      const keys = removableKeys(published).filter((key) => !fates.has(key) && !needed.has(key));
      return keys.length === 0 ? [] : [{ version: { imageName, version }, keys }];
    }),
  );

type DataOf<T extends StorageEvent['type']> = Extract<StorageEvent, { type: T }>['data'];

const record = async <T extends StorageEvent['type']>(
  type: T,
  data: DataOf<T>,
  deps: RegistryDeps,
): Promise<void> => {
  const { store, ids, clock, registryId } = deps;
  const id = ids.uuid();
  const cause = (await causeOfRemoval(data, deps)) ?? { causationId: id };
  const schema = schemaVersionOf(type);
  const metadata = { time: clock.now(), actor: 'registry', correlationId: id, ...cause, schema };
  const result = await store.append(streams.storage(registryId), 'any', [{ id, type, data, metadata }]);
  if (!result.ok) throw new Fault('CONFLICT', 'the record of removed objects changed meanwhile');
};

/** Fault: CONFLICT (retryable) while one of the keys is condemned: what becomes of it is known in a moment. */
export const requireNotCondemned = (keys: readonly string[], storage: StorageState): void => {
  const condemned = keys.find((key) => storage.fates.get(key) === 'condemned');
  if (condemned === undefined) return;
  throw new Fault('CONFLICT', `${condemned} is about to be removed, or to be spared`, { retryable: true });
};
