import {
  JobEvent,
  publishedArtifacts,
  splitStream,
  StorageEvent,
  streams,
  VersionEvent,
} from '@gild/contracts';
import { eventParser, type View } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { artifactKeys, removableKeys } from '../removing/object-keys.js';

/** What a build reported, and whether it is over. */
export type Report = { keys: readonly string[]; isOver: boolean };

export type StorageState = {
  /** Objects of deleted versions, by key: about to be removed, or gone and not published again since. */
  fates: Map<string, 'condemned' | 'removed'>;
  /** What was reported and not published, by job. */
  reports: Map<string, Report>;
};

const REPORTED = 'ArtifactReported';
const OVER = ['AttemptFailed', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];
const REMOVALS = ['ObjectsCondemned', 'ObjectsSpared', 'ObjectsRemoved'];

/** What becomes of objects that no version needs any more, and what may still become one. */
export const storageView = (registryId: string): View<StorageState> => {
  const stream = streams.storage(registryId);
  return {
    name: 'storage',
    filter: { types: [...REMOVALS, 'VersionPublished', REPORTED, ...OVER] },
    initial: () => ({ fates: new Map(), reports: new Map() }),
    apply: (state, recorded) => {
      const { category, id } = splitStream(recorded.stream);
      if (recorded.stream === stream) applyRemoval(state, recorded);
      else if (category === 'version') applyPublication(state, recorded);
      else if (category === 'job') applyReport(state, id, recorded);
    },
    snapshot: ({ fates, reports }) => ({
      fates: Object.fromEntries(fates),
      reports: Object.fromEntries(reports),
    }),
  };
};

const parse = eventParser(StorageEvent);
const parseVersion = eventParser(VersionEvent);
const parseJob = eventParser(JobEvent);

const applyRemoval = ({ fates }: StorageState, recorded: RecordedEvent): void => {
  const event = parse(recorded);
  for (const key of event?.data.keys ?? [])
    if (event?.type === 'ObjectsSpared') fates.delete(key);
    else fates.set(key, event?.type === 'ObjectsCondemned' ? 'condemned' : 'removed');
};

/** What is published again is there again. */
const applyPublication = ({ fates, reports }: StorageState, recorded: RecordedEvent): void => {
  const event = parseVersion(recorded);
  if (event?.type !== 'VersionPublished') return;
  for (const key of removableKeys(event.data)) fates.delete(key);
  for (const { jobId } of publishedArtifacts(event.data)) reports.delete(jobId);
};

const applyReport = ({ reports }: StorageState, jobId: string, recorded: RecordedEvent): void => {
  const before = reports.get(jobId);
  const event = parseJob(recorded);
  if (event?.type === REPORTED) {
    const keys = [...(before?.keys ?? []), ...artifactKeys(event.data.artifact)];
    reports.set(jobId, { keys, isOver: false });
  } else if (before !== undefined) reports.set(jobId, { ...before, isOver: true });
};
