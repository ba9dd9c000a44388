import type { JobEvent } from '@gild/contracts';
import {
  highestAttempt,
  job,
  type JobState,
  type QueuedBuild,
  type RunningBuild,
} from '@gild/scheduler-domain';
import { sha256 } from '../scheduler-under-test.spec.js';

const HOUR = 3_600_000;
const digest = sha256('definition');
type Request = Extract<JobEvent, { type: 'BuildRequested' }>['data'];
const request: Omit<Request, 'jobId' | 'imageName' | 'arch' | 'priority'> = {
  ...{ imageVersion: '1.0.0', buildNumber: 1, definition: {}, definitionDigest: digest, inputDigest: digest },
  ...{ requestedBy: 'ada', useCache: true, bootTest: false, infrastructureRetries: 2, timeoutMs: HOUR },
};

/** A build, and what the scheduler keeps of it. */
export type Build = {
  jobId: string;
  imageName: string;
  arch: string;
  priority: number;
  parallelBuilds: boolean;
  requestedAt: string;
  /** Whoever builds it dies of it. */
  poison: boolean;
  state: JobState;
  /** Quarantines of its agent when it was granted. */
  round: number;
  setback?: QueuedBuild['setback'];
};

/** The n-th build of a farm: some are urgent, some may run beside others of their image, a few kill their agent. */
export const buildOf = (
  n: number,
  draw: () => number,
  { images, now }: { images: number; now: string },
): Build => {
  const dice = draw();
  return {
    ...{ jobId: `job-${n}`, imageName: `image-${Math.floor(draw() * images)}` },
    arch: draw() < 0.25 ? 'aarch64' : 'x86_64',
    priority: dice < 0.3 ? 2 : dice < 0.4 ? -1 : 0,
    ...{ parallelBuilds: draw() < 0.1, requestedAt: now, poison: draw() < 0.01 },
    ...{ state: job.initial, round: 0 },
  };
};

export const requestOf = ({ jobId, imageName, arch, priority }: Build): Request => ({
  ...{ ...request, jobId, imageName, arch, priority },
});

/** The attempt that may still be ended or lost. */
export const attemptOf = ({ state }: Build): number | undefined =>
  state.status === 'running' || state.status === 'cancelling' ? highestAttempt(state) : undefined;

/** Who had its last attempt. */
export const holderOf = ({ state }: Build): string =>
  state.status === 'absent' ? '' : (state.attempts.at(-1)?.agentId ?? '');

export const queuedBuild = (build: Build): QueuedBuild => {
  const { jobId, imageName, arch, priority, parallelBuilds, requestedAt, state, setback } = build;
  const nextAttempt = highestAttempt(state) + 1;
  const queued = { jobId, imageName, arch, priority, parallelBuilds, requestedAt, nextAttempt };
  return setback === undefined ? queued : { ...queued, setback };
};

export const runningBuild = ({ jobId, imageName, state }: Build): RunningBuild => {
  const agentId = state.status === 'absent' ? undefined : state.attempts.at(-1)?.agentId;
  return { jobId, imageName, ...(state.status !== 'reported' && agentId !== undefined && { agentId }) };
};
