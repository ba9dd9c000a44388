import { type PlannedStep, type JobEvent, type PlacementEvent } from '@gild/contracts';
import { short, seconds, gibibytes, because, again, type SentencesOf } from './words.js';

const untested = (steps: readonly PlannedStep[]): string =>
  steps
    .flatMap(({ boots = [] }) => boots)
    .map((boot) =>
      boot.untested === undefined ? '' : `; not tested with ${boot.firmware}: ${boot.untested}`,
    )
    .join('');
const ofCache = { hit: ', from the cache', miss: ', made anew', none: '' };

/** Sentences on the course of builds. */
export const ofBuilds: SentencesOf<JobEvent | PlacementEvent> = {
  BuildRequested: ({ imageName, imageVersion, arch, requestedBy, because: why }) =>
    `${requestedBy} asked for ${imageName}@${imageVersion} on ${arch}${because(why)}`,
  BuildWaiting: ({ reason }) => `the build waits: ${reason.message}`,
  BuildsPlaced: ({ grants }) =>
    `decided together: ${grants.map(({ jobId, agentId }) => `build ${jobId} goes to agent ${agentId}`).join(', ')}`,
  AttemptGranted: ({ attempt, agentId, emulated }) =>
    `attempt ${String(attempt)} goes to agent ${agentId}${emulated === true ? ', emulated' : ''}`,
  PlanResolved: ({ attempt, steps }) =>
    `attempt ${String(attempt)} has ${String(steps.length)} steps, ${String(steps.filter(({ cached }) => cached).length)} of them cached${untested(steps)}`,
  StepStarted: ({ step }) => `${step} started`,
  StepFinished: ({ step, status, durationMs, cache }) =>
    status === 'skipped'
      ? `${step} skipped`
      : `${step} ${status} after ${seconds(durationMs)}${ofCache[cache]}`,
  BootTested: ({ firmware, accelerator, passed, failure, checks }) =>
    passed
      ? `the image boots from ${firmware} (${accelerator}) and passes ${String(checks.length)} checks`
      : `the image fails its boot test from ${firmware} (${accelerator})${because(failure)}`,
  AttemptParked: ({ attempt, reason }) => `attempt ${String(attempt)} is parked: ${reason.message}`,
  AttemptResumed: ({ attempt }) => `attempt ${String(attempt)} goes on`,
  LogStored: ({ attempt, log }) =>
    `the log of attempt ${String(attempt)} is stored: ${String(log.sizeBytes)} bytes${log.truncated ? ', cut off' : ''}`,
  ArtifactReported: ({ attempt, artifact }) =>
    `attempt ${String(attempt)} made an image: ${gibibytes(artifact.object.sizeBytes)}, sha256 ${short(artifact.object.sha256)}`,
  AttemptFailed: ({ attempt, failure, retryAt }) =>
    `attempt ${String(attempt)} failed (${failure.class}): ${failure.message}${again(retryAt)}`,
  AttemptLost: ({ attempt, agentId, message, retryAt }) =>
    `attempt ${String(attempt)} is lost with agent ${agentId}: ${message}${again(retryAt)}`,
  LateReportRefused: ({ attempt, currentAttempt, agentId }) =>
    `agent ${agentId} reported on attempt ${String(attempt)} when ${String(currentAttempt)} was current; nothing of it was used`,
  CancelRequested: ({ by, reason }) => `${by} asked to cancel the build${because(reason)}`,
  BuildCancelled: ({ by }) => `the build is cancelled, as ${by} asked`,
  BuildCompleted: ({ attempt, version }) => `attempt ${String(attempt)} completed the build: ${version}`,
  BuildFailed: ({ failure, attempts }) =>
    `the build failed after ${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'} (${failure.class}): ${failure.message}`,
};
