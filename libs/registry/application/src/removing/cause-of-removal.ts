import { streams, type VersionName } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';

type Cause = { causationId: string; causationStream?: string };
type Removal = { keys: readonly string[]; version?: VersionName };

/** What led to a record of removed objects: the deletion of the version, or the condemnation of the first object. */
export const causeOfRemoval = async (
  { keys, version }: Removal,
  { store, registryId }: RegistryDeps,
): Promise<Cause | undefined> => {
  const isCause = version === undefined ? isCondemnation(keys[0]) : isDeletion(version.version);
  const stream = version === undefined ? streams.storage(registryId) : streams.image(version.imageName);
  for await (const event of store.readStream(stream, { direction: 'backwards' }))
    if (isCause(event)) return { causationId: event.id, ...(version && { causationStream: stream }) };
  return undefined;
};

const isDeletion =
  (version: string) =>
  ({ type, data }: RecordedEvent): boolean =>
    type === 'VersionDeleted' && data['version'] === version;

const isCondemnation =
  (key: string | undefined) =>
  ({ type, data }: RecordedEvent): boolean =>
    type === 'ObjectsCondemned' && Array.isArray(data['keys']) && data['keys'].includes(key);
