import type { Artifact, BuildRequested, JobEvent } from '@gild/contracts';
import type { z } from 'zod';

type Request = z.infer<typeof BuildRequested>['data'];

/** A build as far as its publication depends on it. */
export type ReportedBuild = {
  request?: Request;
  ended: boolean;
  /** Why it ended without its artifact, for people. */
  why?: string;
  /** Who wants it to end, whether or not it has. */
  cancelledBy?: string;
  /** Every artifact reported, by attempt: once confirmed it is published, whatever became of the attempt. */
  artifacts: Readonly<Record<number, Artifact>>;
  /** The attempt whose artifact awaits publication. */
  awaiting?: number;
};

/** Folds a job's published events into what the registry has to do about its version. */
export const reportedBuild = {
  initial: { ended: false, artifacts: {} } as ReportedBuild,
  evolve: (state: ReportedBuild, { type, data }: JobEvent): ReportedBuild => {
    switch (type) {
      case 'BuildRequested':
        return { ...state, request: data };
      case 'ArtifactReported':
        return {
          ...state,
          artifacts: { ...state.artifacts, [data.attempt]: data.artifact },
          awaiting: data.attempt,
        };
      case 'AttemptFailed':
      case 'AttemptLost':
        return noLongerAwaiting(state, data.attempt);
      case 'BuildFailed':
        return { ...state, ended: true, why: data.failure.message };
      case 'BuildCancelled':
        return { ...state, ended: true, why: `cancelled by ${data.by}`, cancelledBy: data.by };
      case 'CancelRequested':
        return { ...state, cancelledBy: data.by };
      case 'BuildWaiting':
      case 'AttemptGranted':
      case 'PlanResolved':
      case 'StepStarted':
      case 'StepFinished':
      case 'BootTested':
      case 'AttemptParked':
      case 'AttemptResumed':
      case 'LogStored':
      case 'LateReportRefused':
      case 'BuildCompleted':
        return state;
    }
  },
};

const noLongerAwaiting = (state: ReportedBuild, attempt: number): ReportedBuild => {
  if (state.awaiting !== attempt) return state;
  const { awaiting: _, ...rest } = state;
  return rest;
};
