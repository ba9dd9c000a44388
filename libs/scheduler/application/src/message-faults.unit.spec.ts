import type { SyncRequest } from '@gild/contracts';
import {
  AgentDouble,
  buildOf,
  ended,
  planned,
  readAll,
  reported,
  started,
  world,
  type World,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { Death, unsteady } from './unsteady-store.spec.js';

const steady = { draw: () => 0, slow: false, lenient: false };

/** A farm whose messages all arrive `times` times. */
const farmWith = async (times: number) => {
  const w = world();
  const scheduler = w.scheduler();
  await scheduler.start();
  const often = async <T>(ask: () => Promise<T>): Promise<T> => {
    let last = await ask();
    for (let count = 1; count < times; count += 1) last = await ask();
    return last;
  };
  const sync = async (agent: AgentDouble): Promise<void> => {
    const request = agent.request();
    const reply = await often(() => scheduler.agentSync(request));
    agent.apply(reply);
    await w.clock.settle();
  };
  return { w, scheduler, often, sync };
};

/** One build that completes, one that fails and is tried again, one that is cancelled. */
const course = async (times: number) => {
  const { w, scheduler, often, sync } = await farmWith(times);
  const oak = new AgentDouble('oak', scheduler);
  await sync(oak);
  const jobs: string[] = [];
  for (const name of ['web', 'db', 'mail']) {
    const { jobId } = await often(() => scheduler.requestBuild(buildOf(name)));
    jobs.push(jobId);
    await w.clock.settle();
    await sync(oak);
    await sync(oak);
    if (name === 'mail') await often(() => scheduler.cancelBuild({ jobId, actor: 'ada' }));
    for (const fact of name === 'mail' ? [ended(1, 'cancelled')] : [planned(1), started(1)]) {
      oak.report(jobId, fact);
      await sync(oak);
    }
    if (name === 'web') oak.report(jobId, reported(1));
    if (name === 'db') oak.report(jobId, ended(1, 'install'));
    await sync(oak);
    if (name === 'web') await w.registry.publish(jobId, 1);
    await w.clock.advance(1000);
    oak.forget(jobId, 1);
  }
  const recorded = await Promise.all(jobs.map((jobId) => w.course(jobId)));
  await scheduler.stop();
  expect(w.faults).toStrictEqual([]);
  return recorded;
};

it('row 15: messages that arrive two to five times leave behind what one would', async () => {
  const once = await course(1);
  expect(once.map((types) => types.at(-1))).toStrictEqual([
    'BuildCompleted',
    'BuildFailed',
    'BuildCancelled',
  ]);
  for (const times of [2, 3, 4, 5]) expect(await course(times)).toStrictEqual(once);
});

describe('row 16: a message that is delayed for longer than two leases', () => {
  let w: World;
  let scheduler: SchedulerService;
  let late: SyncRequest;
  let jobId: string;
  const twice = async (agent: AgentDouble) => {
    await agent.sync();
    await w.clock.settle();
    return agent.sync();
  };

  beforeEach(async () => {
    w = world();
    scheduler = w.scheduler();
    await scheduler.start();
    const [oak, elm] = [new AgentDouble('oak', scheduler), new AgentDouble('elm', scheduler)];
    await oak.sync();
    ({ jobId } = await scheduler.requestBuild(buildOf('web')));
    await twice(oak);
    oak.report(jobId, planned(1));
    oak.report(jobId, reported(1));
    late = oak.request();
    await w.clock.advance(61_000);
    await twice(elm);
    elm.report(jobId, planned(2));
    await elm.sync();
  });
  afterEach(async () => {
    await scheduler.stop();
    expect(w.faults).toStrictEqual([]);
  });

  it.each([1, 3])('is dropped by its attempt and counted once, %i times told', async (times) => {
    for (let count = 0; count < times; count += 1) {
      await w.clock.advance(2000);
      expect(await scheduler.agentSync(late)).toMatchObject({
        ...{ acknowledged: [], stop: [{ jobId, attempt: 1, why: 'stale' }] },
      });
    }
    const types = (await w.course(jobId)).filter((type) => type !== 'BuildWaiting');
    expect(types).toStrictEqual([
      ...['BuildRequested', 'AttemptGranted', 'AttemptLost', 'AttemptGranted', 'PlanResolved'],
      'LateReportRefused',
    ]);
    expect(await scheduler.job(jobId)).toMatchObject({ attempt: 2, agent_id: 'elm' });
  });

  it('does not bring back a session that another one replaced', async () => {
    const oak = new AgentDouble('oak', scheduler);
    oak.restart('session-2');
    await oak.sync();
    expect(await scheduler.agentSync(late)).toMatchObject({ replaced: true, run: [] });
    expect((await scheduler.agents()).find(({ agent_id: id }) => id === 'oak')?.session_id).toBe('session-2');
  });
});

describe('row 17: a wall clock that jumps by an hour to and fro', () => {
  it('ends no lease, makes no duration negative, and holds nothing up', async () => {
    const w = world();
    const scheduler = w.scheduler();
    await scheduler.start();
    const oak = new AgentDouble('oak', scheduler);
    await oak.sync();
    const { jobId } = await scheduler.requestBuild(buildOf('web'));
    await w.clock.settle();
    await oak.sync();
    oak.report(jobId, planned(1));
    const jumps = ['2026-11-23T10:00:00.000Z', '2026-11-23T07:30:00.000Z', '2026-11-23T09:00:10.000Z'];
    for (const now of jumps) {
      w.clock.setWallClock(now);
      await oak.sync();
      await w.clock.advance(9000);
    }
    oak.report(jobId, ended(1, 'install'));
    await oak.sync();
    expect(await w.course(jobId)).toStrictEqual([
      ...['BuildRequested', 'AttemptGranted', 'PlanResolved', 'AttemptFailed', 'BuildFailed'],
    ]);
    const job = await scheduler.job(jobId);
    expect(job.duration_seconds).toBeGreaterThanOrEqual(0);
    const took = (await readAll(w.store, `job-${jobId}`)).flatMap(({ data }) => data['tookMs'] ?? []);
    expect(took).toStrictEqual([27_000]);
    await scheduler.stop();
    expect(w.faults).toStrictEqual([]);
  });

  it('makes nobody wait for longer who waits for another attempt', async () => {
    const w = world();
    const scheduler = w.scheduler();
    await scheduler.start();
    const oak = new AgentDouble('oak', scheduler);
    const definition = { build_retries: 2 };
    const { jobId } = await scheduler.requestBuild(buildOf('web', { definition }));
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
    oak.report(jobId, ended(1, 'infrastructure'));
    await oak.sync();
    oak.forget(jobId, 1);
    await w.clock.advance(1000);
    w.clock.setWallClock('2026-11-23T08:00:00.000Z');
    await w.clock.advance(8000);
    await oak.sync();
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued', attempt: 1 });
    await w.clock.advance(3000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'building', attempt: 2 });
    await scheduler.stop();
    expect(w.faults).toStrictEqual([]);
  });
});

/** A build from its request to its version, by a scheduler that dies after so many appends, and one that comes after it. */
const throughDeath = async (appends: number) => {
  const w = world();
  const death = new Death();
  let scheduler = w.scheduler({}, undefined, {
    store: unsteady(w.store, steady, death),
    // What it would have told after its last append is lost with it.
    messenger: {
      ...w.messenger,
      hint: (...hint) => {
        if (!death.hasCome) w.messenger.hint(...hint);
      },
    },
    report: () => undefined,
  });
  await scheduler.start();
  death.after(appends);
  const oak = new AgentDouble('oak', scheduler);
  let revived = false;
  const revive = async (): Promise<void> => {
    if (!death.hasCome || revived) return;
    revived = true;
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
  };
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    const answer = await question().catch(() => revive().then(question));
    await w.clock.advance(1000);
    await revive();
    return answer;
  };
  await ask(() => oak.sync());
  const { jobId } = await ask(() => scheduler.requestBuild(buildOf('web')));
  for (let turn = 0; turn < 30 && (await w.course(jobId)).at(-1) !== 'BuildCompleted'; turn += 1) {
    await ask(() => oak.sync());
    const work = oak.work.get(`${jobId}/1`);
    if (work?.lastSeq === 0) oak.report(jobId, planned(1));
    else if (work?.lastSeq === 1) oak.report(jobId, reported(1));
    if ((await w.course(jobId)).at(-1) === 'ArtifactReported') await w.registry.publish(jobId, 1);
  }
  await scheduler.stop();
  const recorded = await readAll(w.store, `job-${jobId}`);
  expect(recorded.map(({ revision }) => revision)).toStrictEqual(recorded.map((_, index) => index));
  return { revived, types: recorded.map(({ type }) => type) };
};

it('row 1: a scheduler that dies after any of its appends loses nothing and does nothing twice', async () => {
  let appends = 0;
  for (let died = true; died; appends += 1) {
    const { revived, types } = await throughDeath(appends);
    expect([appends, types]).toStrictEqual([
      appends,
      ['BuildRequested', 'AttemptGranted', 'PlanResolved', 'ArtifactReported', 'BuildCompleted'],
    ]);
    died = revived;
  }
  expect(appends).toBeGreaterThan(6);
});
