import type { AgentReport, JobEvent } from '@gild/contracts';

/** Values for the specs of this folder. */
export const NOW = '2026-11-23T09:00:00.000Z';
export const digest = 'a'.repeat(64);
export const request: Extract<JobEvent, { type: 'BuildRequested' }>['data'] = {
  jobId: '01KAYQ4C00ABCDEFGHJKMNPQRS',
  imageName: 'web',
  imageVersion: '1.0.0',
  buildNumber: 1,
  arch: 'x86_64',
  definition: { name: 'web', base_os: 'debian', os_version: '12', steps: {} },
  definitionDigest: digest,
  inputDigest: digest,
  priority: 0,
  requestedBy: 'ada',
  useCache: true,
  bootTest: true,
  infrastructureRetries: 2,
  timeoutMs: 1_800_000,
};
export const requested: JobEvent = { type: 'BuildRequested', data: request };
export const granted = (attempt: number, agentId = 'oak'): JobEvent => ({
  type: 'AttemptGranted',
  data: { attempt, agentId, leaseMs: 30_000 },
});
export const started = (attempt: number, step: string) =>
  ({ type: 'StepStarted', data: { attempt, step } }) as const;
export const failure = (
  failureClass: 'infrastructure' | 'install' | 'cancelled' | 'timeout' | 'definition' | 'test',
) => ({
  class: failureClass,
  code: 'SCRIPT_FAILED',
  message: 'it broke',
});
const object = { key: `images/${digest}.qcow2`, sha256: digest, sizeBytes: 1_073_741_824 };
export const artifact: Extract<JobEvent, { type: 'ArtifactReported' }>['data']['artifact'] = {
  object,
  arch: 'x86_64',
  format: 'qcow2',
  virtualSizeBytes: 10_737_418_240,
  rootfsSha256: digest,
  packages: object,
  taskservVersions: { nginx: '1.22.1' },
};
export const reported = (attempt: number) =>
  ({ type: 'ArtifactReported', data: { attempt, artifact } }) as const;

export type Fact = AgentReport['fact'];
export const report = (seq: number, fact: Fact, agentId = 'oak') =>
  ({ type: 'RecordFact', data: { agentId, seq, fact, now: NOW } }) as const;
export const ended = (attempt: number, failureClass: Parameters<typeof failure>[0]) =>
  ({ type: 'AttemptEnded', data: { attempt, failure: failure(failureClass) } }) as const;
