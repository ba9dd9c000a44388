import { rmSync } from 'node:fs';
import { describeWithNats } from '@gild/testing';
import { attemptOf, eventsOfJob, grantsOf } from './farm-record.js';
import { workFoldersOf } from './farm-agents.js';
import { FaultFarm } from './fault-farm.js';
import { within } from './within.js';

/** From the death of an agent until its build runs elsewhere. */
const ELSEWHERE_MS = 45_000;
const LEASE_MS = 30_000;
const PATIENCE_MS = 240_000;
const nothing = { mounts: [], programs: [] };

/** Leases last as long as they do, so all agents are lost at the same time, and each test looks at what became of one. */
describeWithNats()('a build whose agent is lost', () => {
  let farm: FaultFarm;
  const lost: string[] = [];
  const rows: Record<string, Promise<unknown>> = {};
  const story = <T>(name: string, tell: () => Promise<T>): (() => Promise<T>) => {
    begin.push(() => (rows[name] = tell()).catch(() => undefined));
    return () => rows[name] as Promise<T>;
  };
  const begin: (() => unknown)[] = [];

  /** A build held up at a gate, and the agent it is on. */
  const heldUp = async (gate: string): Promise<{ job: string; agent: string }> => {
    const job = await farm.submit(`gate-${gate}`);
    await farm.isAtWork(job);
    return { job, agent: grantsOf(farm.events(), job)[0] ?? '' };
  };

  const goneOnceKilled = async (agent: string) => {
    const isGone = (): boolean => {
      const { mounts, programs } = farm.agents.leftoversOf(agent);
      return mounts.length + programs.length === 0;
    };
    const ms = await within(5_000, () => JSON.stringify(farm.agents.leftoversOf(agent)), isGone);
    const { mounts, programs, scratch } = farm.agents.leftoversOf(agent);
    return { ms, left: { mounts, programs }, scratch };
  };

  const runsElsewhere = async (job: string, name: string): Promise<number> => {
    const begun = performance.now();
    await farm.hasBegun(job, 2);
    const ms = performance.now() - begun;
    process.stderr.write(
      `${name}: the build ran elsewhere ${(ms / 1000).toFixed(1)} s after its agent was lost\n`,
    );
    return ms;
  };

  let killed: Awaited<ReturnType<typeof heldUp>>;
  let destroyed: Awaited<ReturnType<typeof heldUp>>;
  let frozen: Awaited<ReturnType<typeof heldUp>>;

  beforeAll(async () => {
    farm = await FaultFarm.started();
    for (const agent of ['oak', 'elm', 'ash']) farm.agents.start(agent);
    await farm.agentsAreThere('oak', 'elm', 'ash');
    [killed, destroyed, frozen] = await Promise.all([heldUp('a'), heldUp('b'), heldUp('c')]);
    for (const agent of ['fir', 'yew', 'bay']) farm.agents.start(agent);
    await farm.agentsAreThere('fir', 'yew', 'bay');
    lost.push(killed.agent, destroyed.agent, frozen.agent);
    for (const each of begin) each();
  }, PATIENCE_MS);
  afterAll(() => (farm as FaultFarm | undefined)?.remove());

  const killing = story('row 4', async () => {
    const { job, agent } = killed;
    farm.agents.kill(agent, 'SIGKILL');
    const elsewhere = runsElsewhere(job, 'row 4');
    const gone = await goneOnceKilled(agent);
    const ms = await elsewhere;
    farm.openGate('a');
    await farm.isCompleted(job);
    farm.agents.start(agent);
    await within(
      60_000,
      `the work folders of ${agent} are swept`,
      () => workFoldersOf(farm.agents.stateOf(agent)).length === 0,
    );
    return { ms, gone, grants: grantsOf(farm.events(), job), agent };
  });

  it(
    'row 4: kill -9 of an agent leaves no process and no mount, and its build runs elsewhere within 45 s',
    async () => {
      const { ms, gone, grants, agent } = await killing();
      expect(gone.left).toStrictEqual(nothing);
      expect(gone.scratch).not.toStrictEqual([]);
      expect(ms).toBeLessThanOrEqual(ELSEWHERE_MS);
      expect(grants[0]).toBe(agent);
      expect(grants).toHaveLength(2);
      expect(grants[1]).not.toBe(agent);
      expect(farm.violations(...lost)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );

  const destroying = story('row 18', async () => {
    const { job, agent } = destroyed;
    farm.agents.kill(agent, 'SIGKILL');
    const elsewhere = runsElsewhere(job, 'row 18');
    await goneOnceKilled(agent);
    rmSync(farm.agents.stateOf(agent), { recursive: true });
    const ms = await elsewhere;
    farm.openGate('b');
    await farm.isCompleted(job);
    return { ms, log: await farm.logOf(job) };
  });

  it(
    'row 18: the build of an agent that is gone with its disk runs elsewhere, and what it had logged is kept and marked',
    async () => {
      const { ms, log } = await destroying();
      expect(ms).toBeLessThanOrEqual(ELSEWHERE_MS);
      expect(log).toMatch(
        /attempt 1\n[^]*waiting at gate b\n+\[the log of attempt 1 is interrupted at byte \d+: its agent was lost\]\n[^]*attempt 2\n[^]*waiting at gate b/,
      );
      expect(farm.violations(...lost)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );

  const freezing = story('row 19', async () => {
    const { job, agent } = frozen;
    farm.agents.kill(agent, 'SIGSTOP');
    await farm.recorded(job, ({ type }) => type === 'AttemptLost');
    farm.openGate('c');
    await farm.isCompleted(job);
    farm.agents.kill(agent, 'SIGCONT');
    const refused = await farm.recorded(job, ({ type }) => type === 'LateReportRefused');
    const empty = () => workFoldersOf(farm.agents.stateOf(agent)).length === 0;
    await within(60_000, `${agent} has thrown its work away`, empty);
    return { job, refused, agent };
  });

  it(
    'row 19: an agent that was stopped for longer than its lease is refused, and throws away what it has',
    async () => {
      const { job, refused, agent } = await freezing();
      expect(refused.data).toMatchObject({ attempt: 1, currentAttempt: 2, agentId: agent });
      const ends = eventsOfJob(farm.events(), job).filter(({ type }) => type === 'BuildCompleted');
      expect(ends.map(attemptOf)).toStrictEqual([2]);
      expect(farm.violations(...lost)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );

  const poisoning = story('row 21', async () => {
    const stop = farm.agents.restartWhenKilled('fir', 'yew', 'bay');
    try {
      const poison = await farm.submit('kills-its-agent');
      const behind = await farm.submit('quick');
      const begun = performance.now();
      await farm.isCompleted(behind);
      const waitedMs = performance.now() - begun;
      const end = await farm.recorded(poison, ({ type }) => type === 'BuildFailed', 200_000);
      return { end, waitedMs, grants: grantsOf(farm.events(), poison) };
    } finally {
      stop();
    }
  });

  it(
    'row 21: a build that kills its agents is given to three at most, and the queue behind it goes on',
    async () => {
      const { end, waitedMs, grants } = await poisoning();
      expect(end.data).toMatchObject({ failure: { class: 'lost', code: 'POISONED' }, attempts: 3 });
      expect(grants).toHaveLength(3);
      expect(waitedMs).toBeLessThan(LEASE_MS);
      expect(farm.violations(...lost)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is held by nobody in the end',
    async () => {
      await Promise.allSettled(Object.values(rows));
      expect(farm.violations()).toStrictEqual([]);
    },
    PATIENCE_MS,
  );
});
