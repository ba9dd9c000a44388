import type { Clock, EventStore, ObjectStore, Sha256OfBytes } from '@gild/ports';
import type { BackupPlace } from './manifest.js';

/** What is backed up, or restored into. */
export type Truth = { store: EventStore; objects: ObjectStore };

export type BackupDeps = Truth & {
  place: BackupPlace;
  clock: Pick<Clock, 'now'>;
  sha256OfBytes: Sha256OfBytes;
  release: string;
};

/** How far it is: of events and of small objects the total is not known before. */
export type Progress = { doing: 'events' | 'objects'; done: number; total: number | undefined };

/** How a long run is followed, and ended between two pieces of anything. */
export type Course = { signal: AbortSignal; progress: (progress: Progress) => void };
