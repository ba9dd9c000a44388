import { heldLayers } from '@gild/contracts';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import {
  AgentDouble,
  buildOf,
  ended,
  planned,
  readAll,
  reported,
  type World,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);

const requested = async (name: string): Promise<string> => {
  const { jobId } = await scheduler.requestBuild(buildOf(name));
  await w.clock.settle();
  return jobId;
};
/** Events of an agent, without what its sessions are. */
const standing = async (agentId = 'oak') =>
  (await readAll(w.store, `agent-${agentId}`)).filter(({ type }) => !/Announced|Silent/.test(type));
const restart = async (): Promise<void> => {
  await scheduler.stop();
  scheduler = w.scheduler();
  await scheduler.start();
  oak.use(scheduler);
};

it('agents are listed as they were on record at any moment, without what only they know', async () => {
  const job = await requested('web');
  await oak.sync();
  await w.clock.settle();
  await oak.sync();
  const busy = await w.store.head();
  await scheduler.drainAgent({ agentId: 'oak', actor: 'ada' });
  const [then] = await scheduler.agents(busy);
  expect(then).toMatchObject({
    ...{ agent_id: 'oak', state: 'busy', running: [{ job_id: job, attempt: 1 }] },
  });
  expect(then).not.toHaveProperty('drain');
  expect(then).not.toHaveProperty('last_seen_at');
  expect(await scheduler.agents(await w.store.head())).toMatchObject([{ state: 'draining' }]);
  await expect(scheduler.agents('2100-01-01')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

describe('a drained agent', () => {
  it('finishes what it runs and gets nothing new, after restarts of both sides too, until it is resumed', async () => {
    const first = await requested('web');
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
    const drain = { agentId: 'oak', actor: 'ada', reason: 'new disk' };
    expect(await scheduler.drainAgent(drain)).toMatchObject({
      ...{ agent_id: 'oak', state: 'draining', drain: { by: 'ada', reason: 'new disk' } },
      running: [{ job_id: first, attempt: 1 }],
    });
    const second = await requested('db');
    expect(await oak.sync()).toMatchObject({ drain: true, run: [{ jobId: first }] });
    oak.report(first, reported(1));
    await oak.sync();
    await restart();
    oak.restart('session-2');
    expect(await oak.sync()).toMatchObject({ drain: true, run: [] });
    await w.clock.advance(12_000);
    expect((await scheduler.why(second)).sentences[0]).toContain('all agents of x86_64 are draining');
    expect(await scheduler.resumeAgent({ agentId: 'oak', actor: 'bob' })).toMatchObject({ state: 'ready' });
    await oak.sync();
    await w.clock.settle();
    const reply = await oak.sync();
    expect(reply).toMatchObject({ run: [{ jobId: second }] });
    expect(reply).not.toHaveProperty('drain');
    expect((await standing()).map(({ type, metadata }) => [type, metadata.actor])).toStrictEqual([
      ['AgentDrainRequested', 'ada'],
      ['AgentResumed', 'bob'],
    ]);
  });
  it('has to be known', async () => {
    const actor = { agentId: 'nobody', actor: 'ada' };
    for (const asked of [
      scheduler.drainAgent(actor),
      scheduler.resumeAgent(actor),
      scheduler.quarantineAgent({ ...actor, reason: 'r' }),
      scheduler.releaseAgent(actor),
    ])
      await expect(asked).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  });
});

/** A build that fails on oak through no fault of its own, if oak gets it; it is cancelled so that only its first attempt counts. */
const failOnOak = async (name: string): Promise<string> => {
  const jobId = await requested(name);
  await oak.sync();
  await w.clock.settle();
  const { run } = await oak.sync();
  if (run.length === 0) return jobId;
  oak.report(jobId, ended(1, 'infrastructure'));
  await oak.sync();
  oak.forget(jobId, 1);
  await scheduler.cancelBuild({ jobId, actor: 'ada' }).catch(() => undefined);
  await w.clock.advance(31_000);
  return jobId;
};

describe('an agent on which builds fail', () => {
  it('is quarantined after three with the evidence, tried with one build, and left alone for longer each time', async () => {
    const jobs = [await failOnOak('a'), await failOnOak('b'), await failOnOak('c')];
    expect(await standing()).toMatchObject([
      {
        type: 'AgentQuarantined',
        data: {
          ...{ by: 'scheduler', times: 1, reason: '3 builds in a row failed there: it broke' },
          evidence: jobs.map((jobId) => ({ jobId, attempt: 1, code: 'X', message: 'it broke' })),
        },
      },
    ]);
    const [quarantined] = await standing();
    const failures = await readAll(w.store, `job-${String(jobs[2])}`);
    expect(quarantined?.metadata).toMatchObject({
      causationId: failures.find(({ type }) => type === 'AttemptFailed')?.id,
      causationStream: `job-${String(jobs[2])}`,
    });
    await oak.sync();
    expect(await scheduler.agents()).toMatchObject([{ state: 'quarantined', quarantine: { times: 1 } }]);
    const waiting = await requested('d');
    await w.clock.advance(1000);
    expect((await scheduler.why(waiting)).sentences[0]).toMatch(
      /all agents of x86_64 are quarantined; oak until .*: 3 builds in a row failed there: it broke/,
    );
    expect((await oak.sync()).run).toStrictEqual([]);
    await w.clock.advance(60_000);
    await oak.sync(0, { slots: 2 });
    await requested('e');
    expect(await scheduler.agents()).toMatchObject([{ state: 'probation' }]);
    expect((await oak.sync(0, { slots: 2 })).run).toMatchObject([{ jobId: waiting }]);
    oak.report(waiting, ended(1, 'infrastructure'));
    await oak.sync();
    await w.clock.settle();
    expect((await standing()).map(({ type, data }) => [type, data['times']])).toStrictEqual([
      ['AgentQuarantined', 1],
      ['AgentQuarantined', 2],
    ]);
  });

  it('is free again when a build succeeds there', async () => {
    for (const name of ['a', 'b', 'c']) await failOnOak(name);
    await w.clock.advance(60_000);
    const jobId = await requested('d');
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
    oak.report(jobId, reported(1));
    await oak.sync();
    await w.registry.publish(jobId, 1);
    await w.clock.settle();
    await oak.sync();
    expect((await standing()).map(({ type }) => type)).toStrictEqual(['AgentQuarantined', 'AgentReleased']);
    expect(await scheduler.agents()).toMatchObject([{ state: 'ready' }]);
  });

  it('is quarantined once by several schedulers', async () => {
    const other = w.scheduler();
    await other.start();
    for (const name of ['a', 'b', 'c']) await failOnOak(name);
    await other.stop();
    expect(await standing()).toHaveLength(1);
  });

  it('is not quarantined where there is no other, however many builds fail there', async () => {
    await scheduler.stop();
    scheduler = w.scheduler({}, undefined, { quarantines: false });
    await scheduler.start();
    oak.use(scheduler);
    const failed = [];
    for (const name of ['a', 'b', 'c', 'd']) failed.push(await failOnOak(name));
    for (const jobId of failed) expect(await w.course(jobId)).toContain('AttemptFailed');
    expect(await standing()).toStrictEqual([]);
    await oak.sync();
    expect(await scheduler.agents()).toMatchObject([{ agent_id: 'oak', state: 'ready' }]);
  });

  it('is quarantined by hand until it is released, and builds that fail or succeed change nothing', async () => {
    await oak.sync();
    await scheduler.quarantineAgent({ agentId: 'oak', actor: 'ada', reason: 'odd disks' });
    await w.clock.advance(86_400_000);
    await oak.sync();
    const jobId = await requested('web');
    expect((await oak.sync()).run).toStrictEqual([]);
    expect(await scheduler.agents()).toMatchObject([
      { state: 'quarantined', quarantine: { by: 'ada', reason: 'odd disks' } },
    ]);
    await scheduler.releaseAgent({ agentId: 'oak', actor: 'bob', reason: 'new disk' });
    await w.clock.settle();
    expect((await oak.sync()).run).toMatchObject([{ jobId }]);
  });
});

describe('a build goes to the agent that holds its layers', () => {
  const key = 'abcdef0123456789';
  const plan = () => {
    const fact = planned(1);
    if (fact.type !== 'PlanResolved') throw new Error('no plan');
    const steps = fact.data.steps.map((step) => (step.key === undefined ? step : { ...step, key }));
    return { ...fact, data: { ...fact.data, steps } };
  };
  const sync = (agent: AgentDouble, keys: readonly string[]) => {
    const request = agent.request(0);
    return scheduler
      .agentSync({ ...request, agent: { ...request.agent, layers: heldLayers(keys) } })
      .then((reply) => agent.apply(reply));
  };

  it('as planned for the last build of the image, or else for its release', async () => {
    const elm = new AgentDouble('elm', scheduler);
    const first = await requested('web');
    await sync(oak, []);
    await w.clock.settle();
    await sync(oak, []);
    oak.report(first, plan());
    oak.report(first, reported(1));
    await sync(oak, [key]);
    await w.registry.publish(first, 1);
    await w.clock.settle();
    await sync(elm, []);
    await sync(oak, [key]);
    const second = await requested('db');
    expect(await scheduler.job(second)).toMatchObject({ agent_id: 'oak' });
    await sync(oak, [key]);
    const announced = (await readAll(w.store, 'agent-oak')).map(({ data }) => Object.keys(data));
    expect(announced.flat()).not.toContain('layers');
  });
});
