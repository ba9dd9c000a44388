import { laterBy } from '@gild/kernel';
import fc from 'fast-check';
import { archesOf, type AgentCapacity } from './agent-pools.js';
import { decideGrants, type PlacementQuestion, type QueuedBuild } from './decide-grants.js';
import { agent, build, NOW } from './placement-under-test.spec.js';

const letters = (...values: string[]) => fc.constantFrom(...values);
/** Agents that take nothing are rare, or nothing would ever be granted side by side. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
const LATER = laterBy(NOW, 1);
const someLayers = fc.uniqueArray(letters('k1', 'k2', 'k3', 'k4'), { maxLength: 4 });
const isShut = ({ quarantine }: AgentCapacity) => quarantine !== undefined && quarantine.until !== NOW;
const question: fc.Arbitrary<PlacementQuestion> = fc.record({
  queue: fc.uniqueArray(
    fc.record({
      jobId: fc.integer({ min: 0, max: 40 }).map((n) => `q${n}`),
      imageName: letters('web', 'db', 'cache', 'mail'),
      arch: letters('x86_64', 'aarch64'),
      distribution: letters('debian', 'fedora', 'rhel'),
      release: letters('9', '10'),
      booted: fc.boolean(),
      priority: fc.integer({ min: -3, max: 3 }),
      requestedAt: fc.integer({ min: 0, max: 10 }).map((n) => laterBy(NOW, -n * 2_000_000)),
      nextAttempt: fc.integer({ min: 1, max: 3 }),
      parallelBuilds: fc.boolean(),
      layers: fc.option(someLayers, { nil: undefined }),
    }),
    { selector: ({ jobId }) => jobId, maxLength: 25 },
  ),
  running: fc.uniqueArray(
    fc.record({
      jobId: fc.integer({ min: 0, max: 9 }).map((n) => `r${n}`),
      imageName: letters('web', 'db', 'cache', 'mail'),
      agentId: letters('oak', 'elm', 'fir'),
    }),
    { selector: ({ jobId }) => jobId, maxLength: 4 },
  ),
  agents: fc.uniqueArray(
    fc.record({
      agentId: letters('oak', 'elm', 'fir', 'ash'),
      arch: letters('x86_64', 'aarch64'),
      emulates: fc.constantFrom(undefined, [], ['aarch64'], ['x86_64']),
      couldEmulate: fc.constantFrom(undefined, ['aarch64']),
      cannotEmulate: fc.constantFrom(undefined, [{ arch: 'aarch64', reason: 'broken' }]),
      cannotBuild: fc.option(
        fc.array(
          fc.record({
            distribution: letters('debian', 'fedora', 'rhel'),
            release: fc.constantFrom(undefined, '9', '10'),
            reason: letters('no dnf', 'no mirror'),
          }),
          { maxLength: 3 },
        ),
        { nil: undefined },
      ),
      cannotBoot: fc.constantFrom(undefined, [{ arch: 'aarch64', reason: 'no machine' }]),
      slots: fc.integer({ min: 1, max: 4 }),
      draining: mostly(false, true),
      quarantine: mostly(
        undefined,
        { reason: 'r', until: NOW },
        { reason: 'r', until: LATER },
        { reason: 'r' },
      ),
      layers: fc.option(
        someLayers.map((keys) => new Set(keys)),
        { nil: undefined },
      ),
      freeDiskPercent: fc.integer({ min: 0, max: 100 }),
    }),
    { selector: ({ agentId }) => agentId },
  ),
  policy: fc.record({
    maxParallelBuilds: fc.integer({ min: 1, max: 6 }),
    minDiskFreePercent: fc.constant(10),
  }),
  now: fc.constant(NOW),
});

/** What an agent says of not building this, or not booting it: the model, by one table instead of pools. */
const refusals = (
  { cannotBuild = [], cannotBoot = [] }: AgentCapacity,
  { arch, distribution, release, booted }: QueuedBuild,
): { does: string; reason: string }[] => [
  ...cannotBuild
    .filter((it) => it.distribution === distribution && [undefined, release].includes(it.release))
    .map(({ reason }) => ({ does: 'build', reason })),
  ...cannotBoot
    .filter((it) => booted === true && it.arch === arch)
    .map(({ reason }) => ({ does: 'boot', reason })),
];

const fits = (it: AgentCapacity, wanted: QueuedBuild): boolean =>
  archesOf(it).includes(wanted.arch) && refusals(it, wanted).length === 0;

/** Where agents of the architecture all say no: what the first of them says that would at least build it, else the first. */
const firstRefusal = (wanted: QueuedBuild, { agents }: PlacementQuestion): string | undefined => {
  const members = agents.filter((it) => archesOf(it).includes(wanted.arch));
  if (members.some((it) => fits(it, wanted))) return undefined;
  const said = members
    .toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1))
    .map((it) => ({ agentId: it.agentId, ...refusals(it, wanted)[0] }));
  const first = said.find(({ does }) => does === 'boot') ?? said[0];
  return first && `${first.agentId} says: ${first.reason}`;
};

const countBy = <T>(items: readonly T[], key: (item: T) => string | undefined) => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item) ?? '', (counts.get(key(item) ?? '') ?? 0) + 1);
  return counts;
};

describe('whatever the farm looks like', () => {
  it('no limit is exceeded, and every build is either granted or told why not', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const { grants, waiting } = decideGrants(asked);
        const queued = new Map(asked.queue.map((it) => [it.jobId, it]));
        const agents = new Map(asked.agents.map((it) => [it.agentId, it]));
        expect([...grants, ...waiting].map(({ jobId }) => jobId).sort()).toStrictEqual(
          [...queued.keys()].sort(),
        );
        const allowed = Math.max(asked.policy.maxParallelBuilds, asked.running.length);
        expect(asked.running.length + grants.length).toBeLessThanOrEqual(allowed);
        for (const { jobId, agentId } of grants) {
          const taker = agents.get(agentId) ?? agent('nobody', { draining: true });
          expect(taker.draining).toBe(false);
          expect(isShut(taker)).toBe(false);
          const wanted = queued.get(jobId) ?? build('nothing', { arch: 'none' });
          expect(archesOf(taker)).toContain(wanted.arch);
          expect(refusals(taker, wanted)).toStrictEqual([]);
          expect(taker.freeDiskPercent).toBeGreaterThanOrEqual(10);
        }
        const perAgent = countBy([...asked.running, ...grants], ({ agentId }) => agentId);
        for (const { agentId } of grants) {
          const { slots = 0, quarantine } = agents.get(agentId) ?? {};
          expect(perAgent.get(agentId)).toBeLessThanOrEqual(quarantine === undefined ? slots : 1);
        }
      }),
    ));
  it('a grant says whether the agent is of another architecture', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const arches = new Map(asked.agents.map(({ agentId, arch }) => [agentId, arch]));
        const wanted = new Map(asked.queue.map(({ jobId, arch }) => [jobId, arch]));
        for (const { jobId, agentId, emulated } of decideGrants(asked).grants)
          expect(emulated === true).toBe(arches.get(agentId) !== wanted.get(jobId));
      }),
    ));
  it('a build waits for tools when there are agents of its architecture and none of them builds it, and only then', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const reasons = new Map(decideGrants(asked).waiting.map(({ jobId, reason }) => [jobId, reason]));
        const without = asked.queue.filter(({ jobId }) => reasons.get(jobId)?.code === 'NO_TOOLS');
        expect(without).toStrictEqual(asked.queue.filter((it) => firstRefusal(it, asked) !== undefined));
        for (const wanted of without)
          expect(reasons.get(wanted.jobId)?.message).toContain(firstRefusal(wanted, asked));
      }),
    ));
  it('nothing is emulated while an agent of its own architecture has a slot left', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const { grants } = decideGrants(asked);
        const perAgent = countBy([...asked.running, ...grants], ({ agentId }) => agentId);
        for (const { jobId } of grants.filter(({ emulated }) => emulated)) {
          const wanted = asked.queue.find((it) => it.jobId === jobId) ?? build('nothing', { arch: 'none' });
          const native = asked.agents.filter(
            (it) =>
              it.arch === wanted.arch &&
              fits(it, wanted) &&
              !it.draining &&
              !isShut(it) &&
              it.freeDiskPercent >= 10,
          );
          for (const { agentId, slots, quarantine } of native)
            expect(perAgent.get(agentId) ?? 0).toBeGreaterThanOrEqual(quarantine === undefined ? slots : 1);
        }
      }),
    ));
  it('a build that must be alone is not granted beside another one of its image', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const { grants } = decideGrants(asked);
        const alone = asked.queue
          .filter(({ jobId, parallelBuilds }) => !parallelBuilds && grants.some((it) => it.jobId === jobId))
          .map(({ imageName }) => imageName);
        expect(new Set(alone).size).toBe(alone.length);
        expect(asked.running.filter(({ imageName }) => alone.includes(imageName))).toStrictEqual([]);
      }),
    ));
  it('the answer does not depend on the order in which things are listed', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const turned = {
          ...asked,
          queue: asked.queue.toReversed(),
          running: asked.running.toReversed(),
          agents: asked.agents.toReversed(),
        };
        expect(decideGrants(turned)).toStrictEqual(decideGrants(asked));
      }),
    ));
  it('nothing waits for agents or the policy while a slot it could use is free', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const first = decideGrants(asked);
        const queue = asked.queue.filter(({ jobId }) => first.waiting.some((it) => it.jobId === jobId));
        const images = new Map(asked.queue.map((it) => [it.jobId, it.imageName]));
        const started = first.grants.map(({ jobId, agentId }) => ({
          jobId,
          agentId,
          imageName: images.get(jobId) ?? '',
        }));
        expect(
          decideGrants({ ...asked, queue, running: [...asked.running, ...started] }).grants,
        ).toStrictEqual([]);
      }),
    ));
  it('every build gets its turn, as long as builds end', () =>
    fc.assert(
      fc.property(question, (asked) => {
        const well = { draining: false, quarantine: undefined, freeDiskPercent: 50 };
        const agents = asked.agents.map((it) => ({ ...it, ...well }));
        let queue = asked.queue.filter((wanted) => agents.some((it) => fits(it, wanted)));
        for (let round = 0; queue.length > 0 && round < 100; round += 1) {
          const { grants } = decideGrants({ ...asked, agents, running: [], queue });
          expect(grants.length).toBeGreaterThan(0);
          queue = queue.filter(({ jobId }) => grants.every((it) => it.jobId !== jobId));
        }
        expect(queue).toStrictEqual([]);
      }),
    ));
  it('an agent with more of the wanted layers is never passed over for one with fewer when all else is equal', () =>
    fc.assert(
      fc.property(question, fc.nat(), (asked, pick) => {
        const wanted = asked.queue[pick % Math.max(1, asked.queue.length)];
        if (wanted === undefined) return;
        const alone = { ...asked, running: [], queue: [wanted] };
        const [grant] = decideGrants(alone).grants;
        const taker = asked.agents.find(({ agentId }) => agentId === grant?.agentId);
        if (taker === undefined) return;
        const more = {
          ...taker,
          agentId: 'zzz',
          layers: new Set([...(taker.layers ?? []), ...(wanted.layers ?? [])]),
        };
        const held = (it: AgentCapacity) => (wanted.layers ?? []).filter((key) => it.layers?.has(key)).length;
        const agents = [...asked.agents, more];
        const expected = held(more) > held(taker) ? 'zzz' : taker.agentId;
        expect(decideGrants({ ...alone, agents }).grants).toMatchObject([{ agentId: expected }]);
      }),
    ));
});
