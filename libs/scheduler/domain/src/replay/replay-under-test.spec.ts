import {
  DEFAULT_POLICY,
  type Failure,
  type ImageBuildPolicy,
  type JobEvent,
  type PolicyChanges,
} from '@gild/contracts';
import { isoTime } from '@gild/kernel';
import fc from 'fast-check';
import type { BuildCourse } from './course.js';
import { HistoryReader, type History } from './history.js';
import { SimulatedFarm } from './simulated-farm.js';

export const BEGIN = Date.UTC(2026, 10, 23);
export const MINUTE = 60_000;
const digest = 'a'.repeat(64);
const object = { key: 'images/a', sha256: digest, sizeBytes: 1 };
const artifact = {
  ...({ object, arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 1, rootfsSha256: digest } as const),
  ...{ packages: object, taskservVersions: {} },
};

export type AttemptPlan = {
  minutes: number;
  ends: 'well' | 'install' | 'infrastructure' | 'timeout' | 'lost';
};
/** A build as it would go if it had the farm for itself. `cancelled`: so many minutes after it was asked for. */
export type BuildPlan = {
  image: string;
  at: number;
  attempts: readonly AttemptPlan[];
  priority?: number;
  arch?: string;
  parallel?: boolean;
  cancelled?: number | undefined;
  limit?: number;
  /** Builds of the same one make one version, which is published when the last of them has reported. */
  group?: string;
};
export type AgentPlan = { slots: number; arch?: string; drained?: number | undefined };
export type FarmPlan = {
  agents: readonly AgentPlan[];
  builds: readonly BuildPlan[];
  policy?: Partial<ImageBuildPolicy>;
  /** The stretch begins so many minutes after the first build; absent: with the farm. */
  from?: number;
};

type Timed = { atMs: number; jobId: string; event: JobEvent };
const at = (minutes: number): number => BEGIN + Math.round(minutes * MINUTE);

const idOf = (index: number): string => `job-${String(index).padStart(3, '0')}`;

type Part = { arch: string; jobId: string; inputDigest: string };

const partsOf = ({ group }: BuildPlan, builds: readonly BuildPlan[]): Part[] =>
  builds.flatMap((it, index) =>
    it.group === group ? { arch: it.arch ?? 'x86_64', jobId: idOf(index), inputDigest: digest } : [],
  );

const requestOf = (build: BuildPlan, jobId: string, parts: Part[]): JobEvent => ({
  type: 'BuildRequested',
  data: {
    ...{ jobId, imageName: build.image, imageVersion: '1.0.0', buildNumber: 1 },
    ...{ arch: build.arch ?? 'x86_64', priority: build.priority ?? 0, requestedBy: 'ada' },
    definition: {
      parallel_builds: build.parallel ?? false,
      build_timeout_minutes: build.limit ?? 30,
    },
    ...{ definitionDigest: digest, inputDigest: digest, useCache: true, bootTest: false },
    ...{ infrastructureRetries: 2, timeoutMs: (build.limit ?? 30) * MINUTE },
    ...(build.group !== undefined && { parts }),
  },
});

const failure = (failureClass: Failure['class']): Failure => ({
  ...{ class: failureClass, code: 'X', message: 'it broke' },
});

const endOf = (attempt: number, { ends }: AttemptPlan, retryAt: string | undefined): JobEvent => {
  if (ends === 'well') return { type: 'ArtifactReported', data: { attempt, artifact } };
  const again = retryAt === undefined ? {} : { retryAt };
  return ends === 'lost'
    ? { type: 'AttemptLost', data: { attempt, agentId: 'agent-0', message: 'it was silent', ...again } }
    : { type: 'AttemptFailed', data: { attempt, failure: failure(ends), ...again } };
};

const eventsOf = (build: BuildPlan, jobId: string, parts: Part[]): readonly Timed[] => {
  let now = build.at;
  const told: Timed[] = [{ atMs: at(now), jobId, event: requestOf(build, jobId, parts) }];
  const tell = (event: JobEvent) => told.push({ atMs: at(now), jobId, event });
  build.attempts.forEach((plan, index) => {
    const [attempt, isLast] = [index + 1, index === build.attempts.length - 1];
    tell({ type: 'AttemptGranted', data: { attempt, agentId: 'agent-0', leaseMs: 30_000 } });
    now += plan.minutes;
    tell(endOf(attempt, plan, isLast ? undefined : isoTime(at(now))));
    if (plan.ends === 'well') tell({ type: 'BuildCompleted', data: { attempt, version: '1.0.0' } });
    else if (isLast) tell({ type: 'BuildFailed', data: { failure: failure('install'), attempts: attempt } });
  });
  const { cancelled } = build;
  return cancelled === undefined ? told : cancelledIn(told, build.at + cancelled);
};

/** The same if somebody cancels it then; its agent takes a minute to end it. */
const cancelledIn = (told: readonly Timed[], minutes: number): readonly Timed[] => {
  const cut = told.filter(({ atMs }) => atMs < at(minutes));
  const last = cut.at(-1);
  if (last === undefined || ENDS.has(last.event.type)) return told;
  const tell = (event: JobEvent, after = 0) =>
    cut.push({ atMs: at(minutes + after), jobId: last.jobId, event });
  tell({ type: 'CancelRequested', data: { by: 'bob' } });
  if (last.event.type !== 'AttemptGranted') tell({ type: 'BuildCancelled', data: { by: 'bob' } });
  else {
    const { attempt } = last.event.data;
    tell({ type: 'AttemptFailed', data: { attempt, failure: failure('cancelled') } }, 1);
    tell({ type: 'BuildCancelled', data: { by: 'bob' } }, 1);
  }
  return cut;
};

const ENDS: ReadonlySet<JobEvent['type']> = new Set(['BuildCompleted', 'BuildFailed']);

/** The history of a farm in which every build had what it wanted at once. */
export const historyOf = ({ agents, builds, policy, from = 0 }: FarmPlan): History => {
  const reader = new HistoryReader();
  const begin = isoTime(BEGIN);
  reader.takePolicy({ ...DEFAULT_POLICY, ...policy }, begin);
  agents.forEach(({ slots, arch = 'x86_64' }, index) => {
    const agentId = `agent-${index}`;
    const data = { agentId, sessionId: 's', arch, slots, host: 'h', release: '0.1.0' };
    reader.takeAgent(agentId, { type: 'AgentAnnounced', data }, begin);
  });
  const drains = agents.flatMap(({ drained }, index) =>
    drained === undefined ? [] : { atMs: at(drained), agentId: `agent-${index}` },
  );
  const events = builds.flatMap((build, index) => eventsOf(build, idOf(index), partsOf(build, builds)));
  const all = [...events, ...drains].sort((a, b) => a.atMs - b.atMs);
  let isBegun = false;
  for (const it of all) {
    if (!isBegun && it.atMs >= at(from)) {
      reader.begin(isoTime(at(from)));
      isBegun = true;
    }
    const time = isoTime(it.atMs);
    if ('jobId' in it) reader.takeJob(it.jobId, it.event, time);
    else
      reader.takeAgent(
        it.agentId,
        { type: 'AgentDrainRequested', data: { agentId: it.agentId, by: 'ada' } },
        time,
      );
  }
  if (!isBegun) reader.begin(isoTime(at(from)));
  return reader.end();
};

export const simulated = (history: History, changes: PolicyChanges = {}): SimulatedFarm => {
  const farm = new SimulatedFarm(history, changes);
  while (farm.step());
  return farm;
};

/** The simulation as a history: what was asked for and done to agents is the same. */
export const historyBy = (history: History, { courses }: SimulatedFarm): History => ({
  ...history,
  builds: courses,
});

export const waits = (farm: { courses: ReadonlyMap<string, BuildCourse> }): number[] =>
  [...farm.courses.values()].flatMap(({ attempts: [first], requestedMs }) =>
    first === undefined ? [] : first.fromMs - requestedMs,
  );

const setback = fc.record({
  minutes: fc.integer({ min: 0, max: 25 }),
  ends: fc.constantFrom('infrastructure' as const, 'lost' as const),
});
const last = fc.record({
  minutes: fc.integer({ min: 0, max: 25 }),
  ends: fc.constantFrom('well' as const, 'well' as const, 'install' as const, 'timeout' as const),
});
const attempts = fc.tuple(fc.array(setback, { maxLength: 2 }), last).map(([before, end]) => [...before, end]);

const cancelled = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 4 });

/** Any farm; `calm`: in which nobody cancels. */
export const anyFarm = ({ calm = false } = {}): fc.Arbitrary<FarmPlan> =>
  fc.record({
    agents: fc.array(
      fc.record({
        slots: fc.integer({ min: 1, max: 2 }),
        arch: fc.constantFrom('x86_64', 'x86_64', 'aarch64'),
        drained: fc.option(fc.integer({ min: 20, max: 120 }), { nil: undefined, freq: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    policy: fc.record({ max_parallel_builds: fc.integer({ min: 1, max: 4 }) }),
    builds: fc.array(
      fc.record({
        image: fc.constantFrom('web', 'db', 'cache', 'mail'),
        at: fc.integer({ min: 0, max: 90 }),
        priority: fc.integer({ min: -1, max: 2 }),
        arch: fc.constantFrom('x86_64', 'x86_64', 'aarch64'),
        parallel: fc.boolean(),
        limit: fc.constantFrom(10, 30, 45),
        cancelled: calm ? fc.constant(undefined) : cancelled,
        attempts,
      }),
      { maxLength: 12 },
    ),
  });
