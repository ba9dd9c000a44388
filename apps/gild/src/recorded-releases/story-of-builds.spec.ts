import { type AgentReport, type Artifact, JobEvent, streams } from '@gild/contracts';
import { job } from '@gild/scheduler-domain';
import { sha256 } from '@gild/node-runtime';
import type { FarmStory } from './farm-story.spec.js';

const ulid = (number: number): string => `01KJM${String(number).padStart(21, '0')}`;

/** `made`: builds that become versions; `refused`: one whose artifact is refused. */
export const JOBS = { made: [ulid(1), ulid(2), ulid(3)], refused: ulid(4), cancelled: ulid(5) } as const;

type Build = {
  jobId: string;
  imageName: string;
  arch: string;
  definition: Record<string, unknown>;
  definitionDigest: string;
  inputDigest: string;
  bootTest: boolean;
  version: string;
  buildNumber: number;
  artifact: Artifact;
};

const jobOf = (story: FarmStory, jobId: string) => story.about(streams.job(jobId), job, JobEvent);

const request = (build: Build) => {
  const { jobId, imageName, arch, definition, definitionDigest, inputDigest, bootTest, buildNumber } = build;
  const asked = { priority: 0, requestedBy: 'ada', useCache: true, infrastructureRetries: 2 };
  return {
    type: 'RequestBuild' as const,
    data: {
      ...{ jobId, imageName, imageVersion: build.version, buildNumber, arch, definition, definitionDigest },
      ...{ inputDigest, bootTest, ...asked, timeoutMs: 1_800_000, because: 'asked for' },
    },
  };
};

const grant = async (story: FarmStory, jobId: string, attempt = 1): Promise<void> => {
  const placed = { jobId, attempt, agentId: 'oak' };
  await story.record(streams.placement(), { type: 'BuildsPlaced', data: { grants: [placed] } });
  await jobOf(
    story,
    jobId,
  )({
    type: 'GrantAttempt',
    data: { attempt, agentId: 'oak', leaseMs: 30_000, now: '2026-03-02T09:00:00.000Z' },
  });
};

/** The agent tells one fact after another. */
const tell = async (story: FarmStory, jobId: string, ...facts: AgentReport['fact'][]): Promise<void> => {
  for (const [index, fact] of facts.entries())
    await jobOf(
      story,
      jobId,
    )({
      type: 'RecordFact',
      data: { agentId: 'oak', seq: index + 1, fact, now: story.now, tookMs: 60_000 },
    });
};

const course = (attempt: number): AgentReport['fact'][] => [
  {
    type: 'PlanResolved',
    data: {
      attempt,
      steps: [
        { name: 'prepare_base', title: 'base system', key: 'k'.repeat(64), cached: false, skipped: false },
        { name: 'disk', title: 'disk', cached: false, skipped: false },
      ],
    },
  },
  { type: 'StepStarted', data: { attempt, step: 'prepare_base' } },
  {
    type: 'StepFinished',
    data: {
      ...{ attempt, step: 'prepare_base', status: 'done', durationMs: 41_000, cache: 'miss' },
      ...{ missReason: 'another mirror', nearest: { step: 'prepare_base', key: 'n'.repeat(64) } },
    },
  },
  { type: 'AttemptParked', data: { attempt, reason: { code: 'STORE_FULL', message: 'the bucket is full' } } },
  { type: 'AttemptResumed', data: { attempt } },
  {
    type: 'BootTested',
    data: {
      ...{ attempt, firmware: 'uefi', accelerator: 'tcg', passed: true, msToKernel: 900 },
      ...{ msToUserspace: 5_000, msToChecksGreen: 9_000 },
      checks: [{ name: 'up', passed: true, attempts: 2, output: 'active', ms: 300 }],
    },
  },
  {
    type: 'LogStored',
    data: { attempt, log: { chunks: 1, sizeBytes: 9, sha256: sha256('log'), truncated: false } },
  },
];

const failure = {
  class: 'infrastructure',
  code: 'NO_SPACE',
  message: 'the disk is full',
  step: 'disk',
} as const;

const cleanUp = { processes: 0, mounts: 0, folderRemoved: true, ended: 'asked', tookMs: 1_200 } as const;

/** What agents and schedulers tell of builds. */
export const buildsOfTheStory = {
  /** Up to the report of the artifact. */
  made: async (story: FarmStory, build: Build): Promise<void> => {
    const { jobId, artifact } = build;
    const waiting = { code: 'NO_AGENT', message: 'no agent is free' };
    await jobOf(story, jobId)(request(build), { type: 'ReportWaiting', data: waiting });
    await grant(story, jobId);
    await tell(story, jobId, ...course(1), { type: 'ArtifactReported', data: { attempt: 1, artifact } });
  },

  completed: (story: FarmStory, jobId: string, version: string): Promise<void> =>
    jobOf(story, jobId)({ type: 'CompleteBuild', data: { attempt: 1, version } }),

  /** One that fails, is lost, reports too late and fails for good; one that is cancelled. */
  others: async (story: FarmStory, build: Build): Promise<void> => {
    const { jobId } = build;
    const failing = jobOf(story, jobId);
    await failing(request(build));
    await grant(story, jobId);
    await tell(story, jobId, { type: 'AttemptEnded', data: { attempt: 1, failure, cleanUp } });
    await grant(story, jobId, 2);
    await failing(
      {
        type: 'LoseAttempt',
        data: { attempt: 2, message: 'not heard of for 45 s', now: story.now, tookMs: 90_000 },
      },
      { type: 'NoteLateReport', data: { attempt: 1, agentId: 'oak', report: 'StepStarted' } },
    );
    await grant(story, jobId, 3);
    await failing({
      type: 'EndAttempt',
      data: { attempt: 3, failure: { ...failure, class: 'install' }, now: story.now },
    });
    const stopped = jobOf(story, JOBS.cancelled);
    await stopped(request({ ...build, jobId: JOBS.cancelled }), {
      type: 'RequestCancel',
      data: { by: 'ada', reason: 'a mistake' },
    });
  },
};
