import { LevelProcess } from '@gild/application-core';
import { streams, type StorageEvent, type VersionName } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState } from '../views/images-view.js';
import type { StorageState } from '../views/storage-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { neededKeys } from './needed-keys.js';
import { removableKeys } from './object-keys.js';

type Given = { deps: RegistryDeps; views: Pick<RegistryViews, 'images' | 'storage'> };

/** Removes what deleted versions leave when it starts, and whenever one is deleted or something that held it back ends. */
export const removingObjects = (given: Given): LevelProcess =>
  new LevelProcess({
    ...given.deps,
    filter: {
      types: ['VersionDeleted', 'VersionReleased', 'VersionPublished', 'BuildFailed', 'BuildCancelled'],
    },
    look: (signal) => removeUnneeded(given, signal),
  });

/**
 * Removes the objects of deleted versions that nothing needs. Each is condemned on record before the last look at what needs it,
 * and whoever publishes looks for a condemnation after the artifact is on record: whichever comes first in the log, the other sees
 * it. So nothing that is published is removed, and what was removed is never published.
 */
export const removeUnneeded = async (given: Given, signal?: AbortSignal): Promise<void> => {
  const { deps, views } = given;
  const images = await views.images();
  const doomed = await unneeded(images, await views.storage(), deps);
  for (const { version, keys } of doomed) await record('ObjectsCondemned', { keys, version }, deps);
  const condemned = condemnedIn(await views.storage());
  if (condemned.length === 0) return;
  const needed = await neededKeys(() => views.images(), deps.store);
  for (const key of condemned) {
    signal?.throwIfAborted();
    if (needed.has(key)) await record('ObjectsSpared', { keys: [key] }, deps);
    else await remove(key, given);
  }
};

/** Another registry may have removed it since, and a new build stored it again: then it is not to be touched. */
const remove = async (key: string, { deps, views }: Given): Promise<void> => {
  if ((await views.storage()).get(key) !== 'condemned') return;
  await deps.objects.delete(key);
  await record('ObjectsRemoved', { keys: [key] }, deps);
};

const condemnedIn = (storage: StorageState): string[] =>
  [...storage].flatMap(([key, fate]) => (fate === 'condemned' ? [key] : []));

type Doomed = { version: VersionName; keys: string[] };

const unneeded = async (
  images: ImagesState,
  storage: StorageState,
  deps: RegistryDeps,
): Promise<Doomed[]> => {
  const left = [...images].flatMap(([imageName, { versions, life }]) =>
    [...versions.values()].flatMap((published) => {
      const { version } = published;
      if (life.fates.get(version)?.deleted === undefined) return [];
      const keys = removableKeys(published).filter((key) => !storage.has(key));
      return keys.length === 0 ? [] : [{ version: { imageName, version }, keys }];
    }),
  );
  if (left.length === 0) return [];
  const needed = await neededKeys(async () => images, deps.store);
  return left
    .map(({ version, keys }) => ({ version, keys: keys.filter((key) => !needed.has(key)) }))
    .filter(({ keys }) => keys.length > 0);
};

type DataOf<T extends StorageEvent['type']> = Extract<StorageEvent, { type: T }>['data'];

const record = async <T extends StorageEvent['type']>(
  type: T,
  data: DataOf<T>,
  { store, ids, clock, registryId }: RegistryDeps,
): Promise<void> => {
  const id = ids.uuid();
  const metadata = { time: clock.now(), actor: 'registry', correlationId: id, causationId: id, schema: 1 };
  const result = await store.append(streams.storage(registryId), 'any', [{ id, type, data, metadata }]);
  if (!result.ok) throw new Fault('CONFLICT', 'the record of removed objects changed meanwhile');
};

/** Fault: CONFLICT (retryable) while one of the keys is condemned: what becomes of it is known in a moment. */
export const requireNotCondemned = (keys: readonly string[], storage: StorageState): void => {
  const condemned = keys.find((key) => storage.get(key) === 'condemned');
  if (condemned === undefined) return;
  throw new Fault('CONFLICT', `${condemned} is about to be removed, or to be spared`, { retryable: true });
};
