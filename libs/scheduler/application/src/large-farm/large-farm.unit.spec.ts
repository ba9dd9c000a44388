import { accept } from '@gild/kernel';
import { decideGrants, job, type PlacementQuestion } from '@gild/scheduler-domain';
import { LargeFarm } from './large-farm.spec.js';

/** Another size by `GILD_FARM_AGENTS` and `GILD_FARM_BUILDS`, another seed by `GILD_STORM_SEED`: it is printed. */
const SIZE = {
  agents: Number(process.env['GILD_FARM_AGENTS'] ?? 1000),
  builds: Number(process.env['GILD_FARM_BUILDS'] ?? 10_000),
};
const SEED = Number(process.env['GILD_STORM_SEED'] ?? 1);
const SMALL = { agents: 60, builds: 600 };
const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 60_000 + SIZE.builds * 20;
const MOST_SHOWN = 10;

it(
  `${SIZE.builds} builds on ${SIZE.agents} agents that fail in every way all end, once, in turn, and within every limit`,
  () => {
    const farm = new LargeFarm(SEED, SIZE);
    farm.run();
    const { counts, faults } = farm.ledger;
    const hours = (ms: number) => `${(ms / HOUR_MS).toFixed(1)} h`;
    process.stderr.write(
      `a farm of ${SIZE.agents} agents, seed ${SEED}: ${SIZE.builds} builds took ${counts.get('AttemptGranted')} attempts ` +
        `in ${hours(farm.lastedMs)}; ${counts.get('AttemptLost')} were lost, ${farm.refused} late reports refused, ` +
        `${farm.quarantined} agents quarantined; nothing waited longer than ${hours(farm.longestWaitMs)}\n`,
    );
    expect({ seed: SEED, faults: faults.slice(0, MOST_SHOWN) }).toStrictEqual({ seed: SEED, faults: [] });
    expect(farm.ledger.ended).toBe(SIZE.builds);
    const events = ['AttemptLost', 'AttemptFailed', 'LateReportRefused', 'BuildFailed', 'BuildCancelled'];
    expect([...counts.keys()]).toEqual(expect.arrayContaining(events));
    expect(farm.quarantined).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);

/** What kinds of faults there are, without their numbers. */
const faultsOf = (...[deciders]: [ConstructorParameters<typeof LargeFarm>[2]]): string[] => {
  const farm = new LargeFarm(1, SMALL, deciders);
  farm.run();
  return [...new Set(farm.ledger.faults.map((fault) => fault.replace(/\d+/g, 'n')))];
};

const asIf = (changed: (asked: PlacementQuestion) => Partial<PlacementQuestion>) => ({
  decideGrants: (asked: PlacementQuestion) => decideGrants({ ...asked, ...changed(asked) }),
});

it('keeps every promise on a small farm too', () => expect(faultsOf({})).toStrictEqual([]));

it.each<[string, Parameters<typeof faultsOf>[0], string]>([
  [
    'does not know what runs',
    asIf(() => ({ running: [] })),
    'job-n was granted to agent-n, which has n slots for n builds',
  ],
  [
    'does not know the policy',
    asIf(({ policy }) => ({ policy: { ...policy, maxParallelBuilds: 1000 } })),
    'n builds at once',
  ],
  [
    'forgets how long builds have waited',
    asIf(({ queue, now }) => ({ queue: queue.map((build) => ({ ...build, requestedAt: now })) })),
    'job-n was overtaken by something less urgent',
  ],
  [
    'uses agents in quarantine',
    asIf(({ agents }) => ({ agents: agents.map((agent) => ({ ...agent, quarantine: undefined })) })),
    'job-n was granted to agent-n, which is in quarantine',
  ],
  [
    'uses agents that drain',
    asIf(({ agents }) => ({ agents: agents.map((agent) => ({ ...agent, draining: false })) })),
    'job-n was granted to agent-n, which drains',
  ],
  [
    'leaves slots free',
    asIf(({ agents }) => ({ agents: agents.filter(({ slots }) => slots === 1) })),
    'job-n waits while a slot for it is free',
  ],
  [
    'forgets a build',
    asIf(({ queue }) => ({ queue: queue.filter(({ jobId }) => jobId !== 'job-7') })),
    'n builds never ended: job-n',
  ],
])('would notice a scheduler that %s', (_, deciders, fault) => expect(faultsOf(deciders)).toContain(fault));

it('would notice a scheduler that takes what a replaced attempt says', () => {
  const unfenced: typeof job = {
    ...job,
    decide: (command, state) => {
      const decision = job.decide(command, state);
      const isStale = !decision.ok && decision.rejection.code === 'STALE_ATTEMPT';
      if (!isStale || command.type !== 'RecordFact' || command.data.fact.type === 'AttemptEnded')
        return decision;
      return accept(command.data.fact);
    },
  };
  expect(faultsOf({ job: unfenced })).toContainEqual(expect.stringContaining('which is stale'));
});

it('would notice a scheduler that gives a build out while somebody has it', () => {
  const unguarded: typeof job = {
    ...job,
    decide: (command, state) => {
      if (command.type !== 'GrantAttempt') return job.decide(command, state);
      const { now: _, ...data } = command.data;
      return accept({ type: 'AttemptGranted', data });
    },
  };
  const twice: typeof decideGrants = (asked) => {
    const { grants, waiting } = decideGrants(asked);
    return { grants: grants.flatMap((it) => [it, { ...it, attempt: it.attempt + 1 }]), waiting };
  };
  expect(faultsOf({ job: unguarded, decideGrants: twice })).toContainEqual(
    expect.stringContaining('while attempt n counts'),
  );
});
