import type { RawEvent } from './farm-record.js';
import { violationsIn } from './invariants.js';

type Said = readonly [stream: string, type: string, data?: RawEvent['data']];

const recorded = (...said: readonly Said[]): RawEvent[] => {
  const revisions = new Map<string, number>();
  return said.map(([stream, type, data = {}], position) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    return { position, stream, revision, type, data };
  });
};

const oak: Said = ['agent-oak', 'AgentAnnounced', { agentId: 'oak', slots: 1 }];
const elm: Said = ['agent-elm', 'AgentAnnounced', { agentId: 'elm', slots: 1 }];
const requested: Said = ['job-1', 'BuildRequested', { jobId: '1' }];
const granted = (attempt: number, agentId: string, job = '1'): Said => [
  `job-${job}`,
  'AttemptGranted',
  { attempt, agentId },
];
const lost = (attempt: number): Said => ['job-1', 'AttemptLost', { attempt }];
const reported = (attempt: number): Said => ['job-1', 'ArtifactReported', { attempt }];
const completed = (attempt: number): Said => ['job-1', 'BuildCompleted', { attempt }];
const published: Said = ['version-web@1.0.0', 'VersionPublished', { jobId: '1' }];
const whole = [
  oak,
  elm,
  requested,
  granted(1, 'oak'),
  lost(1),
  granted(2, 'elm'),
  reported(2),
  published,
  completed(2),
];
const acked = { key: 'k', outcome: 'acked', jobId: '1' } as const;
const client = { told: [acked], agents: ['elm'] };

it('finds nothing wrong with a build that was lost once and completed by its second agent', () => {
  expect(violationsIn(recorded(...whole), client)).toStrictEqual([]);
});

it.each<[string, readonly Said[]]>([
  ['I1: request k was acknowledged, and job 1 is there 0 times', [oak]],
  ['I3: job-1 ended 2 times', [...whole, ['job-1', 'BuildFailed']]],
  ['I3: job-1 was completed by attempt 1 of 2', [...whole.slice(0, -1), completed(1)]],
  [
    'I3: job-1 was granted attempt 2 out of turn',
    [oak, elm, requested, granted(1, 'oak'), granted(2, 'elm')],
  ],
  ['I3: job-1 was granted attempt 3 out of turn', [elm, requested, granted(3, 'elm')]],
  ['I3: job 1 has 2 versions', [...whole, ['version-web@1.0.1', 'VersionPublished', { jobId: '1' }]]],
  ['I8: job-1 was reported and never settled', [elm, requested, granted(1, 'elm'), reported(1)]],
  ['I8: job-1 is held by agent oak, which is gone', [oak, requested, granted(1, 'oak')]],
  ['I9: agent elm was given job-2 as lease 2', [elm, requested, granted(1, 'elm'), granted(1, 'elm', '2')]],
])('finds %s', (violation, history) => {
  expect(violationsIn(recorded(...history), client)).toStrictEqual([violation]);
});

it('finds a gap in a stream', () => {
  const history = recorded(...whole).filter(({ type }) => type !== 'AttemptLost');
  expect(violationsIn(history, client)).toContain('I2: job-1 has revisions 0 1 3 4 5');
});

it('finds one request that was given two jobs', () => {
  const history = recorded(...whole, ['job-2', 'BuildRequested', { jobId: '2' }]);
  const told = [acked, { ...acked, jobId: '2' }];
  expect(violationsIn(history, { ...client, told })).toStrictEqual(['I1: request k gave jobs 1, 2']);
});

it('does not hold a missing job against a request that was never answered', () => {
  const told = [{ key: 'k', outcome: 'unknown' }] as const;
  expect(violationsIn(recorded(oak), { ...client, told })).toStrictEqual([]);
});
