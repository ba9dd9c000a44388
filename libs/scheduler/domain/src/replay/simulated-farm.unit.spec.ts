import fc from 'fast-check';
import { outcomeOf } from './figures.js';
import {
  anyFarm,
  BEGIN,
  historyBy,
  historyOf,
  MINUTE,
  simulated,
  waits,
  type BuildPlan,
} from './replay-under-test.spec.js';
import type { SimulatedFarm } from './simulated-farm.js';

const well = (minutes: number) => [{ minutes, ends: 'well' as const }];
const build = (image: string, minutes: number, rest: Partial<BuildPlan> = {}): BuildPlan => ({
  ...{ image, at: 0, attempts: well(minutes) },
  ...rest,
});
const minutesOf = ({ courses }: Pick<SimulatedFarm, 'courses'>) =>
  [...courses.values()].map(({ attempts }) =>
    attempts.map(({ fromMs, toMs = NaN }) => [(fromMs - BEGIN) / MINUTE, (toMs - BEGIN) / MINUTE]),
  );
const outcomes = ({ courses }: SimulatedFarm) => [...courses.values()].map(outcomeOf);
const three = [build('web', 10), build('db', 10), build('mail', 10)];

it('has builds wait for a place that the policy does not give, and gives it where the changed policy does', () => {
  const history = historyOf({ agents: [{ slots: 3 }], builds: three, policy: { max_parallel_builds: 1 } });
  expect(minutesOf(simulated(history))).toStrictEqual([[[0, 10]], [[10, 20]], [[20, 30]]]);
  expect(minutesOf(simulated(history, { max_parallel_builds: 2 }))).toStrictEqual([
    [[0, 10]],
    [[0, 10]],
    [[10, 20]],
  ]);
});

it('places no build where the farm has no room, whatever the policy allows', () => {
  const history = historyOf({ agents: [{ slots: 1 }], builds: three, policy: { max_parallel_builds: 1 } });
  expect(minutesOf(simulated(history, { max_parallel_builds: 9 }))).toStrictEqual(
    minutesOf(simulated(history)),
  );
});

it('lets attempts that failed fail again after their time, and waits before the next as long as the scheduler does', () => {
  const attempts = [{ minutes: 4, ends: 'infrastructure' as const }, ...well(6)];
  const farm = simulated(historyOf({ agents: [{ slots: 1 }], builds: [build('web', 0, { attempts })] }));
  expect(minutesOf(farm)).toStrictEqual([
    [
      [0, 4],
      [4 + 1 / 6, 10 + 1 / 6],
    ],
  ]);
  expect(outcomes(farm)).toStrictEqual(['completed']);
});

it('lets a build that was cancelled run until then, however early it begins', () => {
  const builds = [build('web', 10), build('db', 30, { cancelled: 15 })];
  const history = historyOf({ agents: [{ slots: 2 }], builds, policy: { max_parallel_builds: 1 } });
  const lived = historyBy(history, simulated(history));
  expect(minutesOf({ courses: lived.builds })).toStrictEqual([[[0, 10]], [[10, 16]]]);
  expect(minutesOf(simulated(lived, { max_parallel_builds: 2 }))).toStrictEqual([[[0, 10]], [[0, 16]]]);
});

it('ends builds at a shorter limit, and refuses those whose definition asks for longer', () => {
  const builds = [build('web', 25), build('db', 40, { limit: 45 }), build('mail', 5)];
  const history = historyOf({ agents: [{ slots: 3 }], builds });
  const farm = simulated(history, { max_build_time_minutes: 20 });
  expect([outcomes(farm), farm.refused]).toStrictEqual([['timed_out', 'completed'], new Set(['job-001'])]);
  expect(minutesOf(farm)[0]).toStrictEqual([[0, 20]]);
});

it('has a build that timed out fill a longer limit too, where its definition said nothing of its own', () => {
  const attempts = [{ minutes: 10, ends: 'timeout' as const }];
  const builds = [build('web', 0, { attempts, limit: 10 }), build('db', 0, { attempts, limit: 9 })];
  const history = historyOf({ agents: [{ slots: 2 }], builds, policy: { max_build_time_minutes: 10 } });
  const farm = simulated(history, { max_build_time_minutes: 25 });
  expect(minutesOf(farm)).toStrictEqual([[[0, 25]], [[0, 10]]]);
  expect(outcomes(farm)).toStrictEqual(['timed_out', 'timed_out']);
});

it('gives nothing to an agent from the moment it was drained', () => {
  const builds = [build('web', 10), build('db', 10, { at: 5 })];
  const history = historyOf({ agents: [{ slots: 2, drained: 4 }, { slots: 1 }], builds });
  const agents = [...simulated(history).courses.values()].map(({ attempts }) => attempts[0]?.agentId);
  expect(agents).toStrictEqual(['agent-0', 'agent-1']);
});

it('goes on from what was under way when the stretch began', () => {
  const builds = [build('old', 2), build('web', 10), build('db', 12), build('mail', 3, { at: 6 })];
  const policy = { max_parallel_builds: 1 };
  const history = historyOf({ agents: [{ slots: 3 }], builds, policy, from: 5 });
  const places = Object.fromEntries(
    [...history.builds.keys()].map((jobId, n) => [jobId, minutesOf(simulated(history))[n]]),
  );
  expect(places).toStrictEqual({ 'job-001': [[0, 10]], 'job-002': [[0, 12]], 'job-003': [[12, 15]] });
});

it('publishes a version when the last of its architectures has reported, and none where one has failed', () => {
  const parts = (image: string, ends: 'well' | 'install'): BuildPlan[] => [
    build(image, 5, { group: image }),
    build(image, 20, { group: image, arch: 'aarch64', attempts: [{ minutes: 20, ends }] }),
  ];
  const builds = [...parts('web', 'well'), ...parts('db', 'install')];
  const history = historyOf({ agents: [{ slots: 1 }, { slots: 1, arch: 'aarch64' }], builds });
  const farm = simulated(history);
  expect(minutesOf(farm)).toStrictEqual([[[0, 5]], [[0, 20]], [[5, 10]], [[20, 40]]]);
  const ends = [...farm.courses.values()].map(({ endedMs = NaN }) => (endedMs - BEGIN) / MINUTE);
  expect(ends).toStrictEqual([20, 20, 40, 40]);
  expect(outcomes(farm)).toStrictEqual(['completed', 'completed', 'failed', 'failed']);
});

it('waits for nothing that nobody saw the end of: such a build takes its place for as long as it was seen', () => {
  const builds = [build('web', 0, { attempts: [] }), build('db', 0, { attempts: [] }), build('mail', 10)];
  const history = historyOf({ agents: [{ slots: 1 }], builds });
  expect(minutesOf(simulated(history))[2]).toStrictEqual([[0, 10]]);
});

it('replays a history that a simulation made exactly as it was made', () => {
  fc.assert(
    fc.property(anyFarm(), (plan) => {
      const history = historyOf(plan);
      const made = historyBy(history, simulated(history));
      const again = simulated(made);
      expect([...again.courses]).toStrictEqual([...made.builds]);
    }),
    { numRuns: 60 },
  );
});

it('never has more builds refused or timed out where they may take longer', () => {
  const lost = (farm: SimulatedFarm) =>
    farm.refused.size + outcomes(farm).filter((it) => it === 'timed_out').length;
  const limits = fc.tuple(fc.integer({ min: 5, max: 70 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(anyFarm({ calm: true }), limits, (plan, [limit, more]) => {
      const history = historyOf(plan);
      const [short, long] = [limit, limit + more].map((minutes) =>
        simulated(history, { max_build_time_minutes: minutes }),
      );
      if (short !== undefined && long !== undefined) expect(lost(long)).toBeLessThanOrEqual(lost(short));
    }),
    { numRuns: 60 },
  );
});

it('has builds wait longer in all for more builds at once where they wait for others of their image, as list schedules do', () => {
  // Found by search; R. L. Graham, Bounds on Multiprocessing Timing Anomalies (1969), has why it can be.
  const builds = [
    build('web', 13, { at: 2 }),
    build('mail', 3),
    build('mail', 12),
    build('mail', 3, { at: 14, parallel: true }),
    build('mail', 0),
  ];
  const history = historyOf({ agents: [{ slots: 9 }], builds });
  const total = (most: number) =>
    waits(simulated(history, { max_parallel_builds: most })).reduce((sum, it) => sum + it, 0);
  expect(total(3)).toBeGreaterThan(total(2));
});

it('makes no build wait longer for more builds at once, where agents are idle, images differ and no build is retried', () => {
  const builds = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 15,
  });
  fc.assert(
    fc.property(builds, fc.integer({ min: 1, max: 5 }), (wanted, limit) => {
      const plans = wanted.map(([at, minutes], index) => build(`image-${index}`, minutes, { at }));
      const history = historyOf({ agents: [{ slots: 20 }], builds: plans });
      const [few, more] = [limit, limit + 1].map((most) =>
        waits(simulated(history, { max_parallel_builds: most })),
      );
      more?.forEach((wait, index) => expect(wait).toBeLessThanOrEqual(few?.[index] ?? NaN));
    }),
    { numRuns: 60 },
  );
});
