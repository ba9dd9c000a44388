import { subjects } from '@gild/contracts';
import { AgentDouble, buildOf, readAll, started, world, type World } from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

beforeEach(async () => {
  w = world();
  scheduler = w.scheduler();
  oak = new AgentDouble('oak', scheduler);
  await scheduler.start();
});
afterEach(async () => {
  await scheduler.stop();
  expect(w.faults).toStrictEqual([]);
});

/** A build that oak works on. */
const running = async () => {
  const { jobId } = await scheduler.requestBuild(buildOf('web'));
  await oak.sync();
  await w.clock.settle();
  await oak.sync();
  return jobId;
};

describe('a scheduler that an agent never speaks to', () => {
  it('knows from the others what the agent works on', async () => {
    const other = w.scheduler();
    await other.start();
    const jobId = await running();
    oak.report(jobId, started(1));
    for (let second = 0; second < 300; second += 10) {
      await oak.sync();
      await w.clock.advance(10_000);
    }
    expect(await w.course(jobId)).toStrictEqual(['BuildRequested', 'AttemptGranted', 'StepStarted']);
    expect((await readAll(w.store, 'agent-oak')).map(({ type }) => type)).toStrictEqual(['AgentAnnounced']);
    expect(await other.agents()).toMatchObject([{ agent_id: 'oak', state: 'busy', free_disk_percent: 50 }]);
    await w.clock.advance(32_000);
    expect(await w.course(jobId)).toContain('AttemptLost');
    await other.stop();
  });

  it('gives it work', async () => {
    const other = w.scheduler();
    await other.start();
    const polling = oak.sync(10_000);
    await scheduler.stop();
    await polling;
    const { jobId } = await other.requestBuild(buildOf('web'));
    await w.clock.settle();
    expect(await w.course(jobId)).toContain('AttemptGranted');
    await other.stop();
  });

  it('is not misled by what makes no sense', async () => {
    const jobId = await running();
    w.tell(subjects.agentHeard, { agent: 'oak' });
    w.tell(subjects.agentHeard, undefined);
    await w.clock.advance(31_000);
    expect(await w.course(jobId)).toContain('AttemptLost');
  });
});

it('grants a build once, however many schedulers there are', async () => {
  const other = w.scheduler();
  await other.start();
  const elm = new AgentDouble('elm', other);
  const polling = [oak.sync(10_000), elm.sync(10_000)];
  await w.clock.settle();
  const { jobId } = await scheduler.requestBuild(buildOf('web'));
  await w.clock.advance(10_000);
  await Promise.all(polling);
  expect((await w.course(jobId)).filter((type) => type === 'AttemptGranted')).toHaveLength(1);
  await other.stop();
});
