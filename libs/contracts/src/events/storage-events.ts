import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';
import { VersionName } from './life-events.js';

const keys = { keys: z.array(z.string()).min(1) };

/**
 * Nothing seems to need these objects since the version was deleted, and they are about to be removed. Comes before the last look at
 * what needs them: whoever publishes an object that is condemned waits until it is known what becomes of it.
 */
export const ObjectsCondemned = event('ObjectsCondemned', { ...keys, version: VersionName });

/** Something needs these objects after all; they stay. */
export const ObjectsSpared = event('ObjectsSpared', keys);

/** The object store was told to delete these objects. */
export const ObjectsRemoved = event('ObjectsRemoved', keys);

/** Everything that can be recorded in a `storage-…` stream. */
export const StorageEvent = oneOf(ObjectsCondemned, ObjectsSpared, ObjectsRemoved);
export type StorageEvent = z.infer<typeof StorageEvent>;
