import { decisive, eventParser } from '@gild/application-core';
import { JobEvent, streams } from '@gild/contracts';
import type { EventStore } from '@gild/ports';

/** What the record says of the attempt that may write now. */
export type CurrentAttempt = { attempt: number; agentId: string; diskGib: number };

const LARGEST_DISK_GIB = 500;
const readJob = decisive(eventParser(JobEvent));

/** The attempt that is under way; undefined when there is none. Fault: NEWER_RELEASE when the record cannot be read whole. */
export const currentAttempt = async (
  store: EventStore,
  jobId: string,
): Promise<CurrentAttempt | undefined> => {
  let diskGib = LARGEST_DISK_GIB;
  let current: Omit<CurrentAttempt, 'diskGib'> | undefined;
  for await (const recorded of store.readStream(streams.job(jobId))) {
    const event = readJob(recorded);
    if (event === undefined) continue;
    current = evolve(current, event);
    diskGib = diskOf(event) ?? diskGib;
  }
  return current && { ...current, diskGib };
};

const diskOf = ({ type, data }: JobEvent): number | undefined => {
  const size = type === 'BuildRequested' ? data.definition['disk_size_gb'] : undefined;
  return typeof size === 'number' ? size : undefined;
};

type State = Omit<CurrentAttempt, 'diskGib'> | undefined;

/** After its artifact an attempt writes nothing more: its log was stored before. */
const evolve = (state: State, { type, data }: JobEvent): State => {
  switch (type) {
    case 'AttemptGranted':
      return { attempt: data.attempt, agentId: data.agentId };
    case 'ArtifactReported':
    case 'AttemptFailed':
    case 'AttemptLost':
    case 'BuildCancelled':
    case 'BuildCompleted':
    case 'BuildFailed':
      return undefined;
    case 'BuildRequested':
    case 'BuildWaiting':
    case 'PlanResolved':
    case 'StepStarted':
    case 'StepFinished':
    case 'BootTested':
    case 'LogStored':
    case 'AttemptParked':
    case 'AttemptResumed':
    case 'LateReportRefused':
    case 'CancelRequested':
      return state;
  }
};
