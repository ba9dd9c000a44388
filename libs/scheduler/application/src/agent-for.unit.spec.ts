import { farmOfEachTest } from './farm-of-each-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { AgentDouble, type World } from './scheduler-under-test.spec.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);

const wanted = { arch: 'x86_64', distribution: 'debian', release: '12' };
const refused = (message: string) => ({ code: 'UNAVAILABLE', retryable: true, message });
const NOBODY = 'nobody can say what it would do: no agent for x86_64';

describe('the agent to ask what a build would do', () => {
  it('is one that was heard of a moment ago', async () => {
    await oak.sync();
    expect(await scheduler.agentFor(wanted)).toStrictEqual({ agentId: 'oak' });
    await w.clock.advance(15_000);
    await expect(scheduler.agentFor(wanted)).rejects.toMatchObject(refused(NOBODY));
  });

  it('may be one that somebody else heard', async () => {
    const { agent } = oak.request();
    scheduler.hear({ agent, draining: false, running: [] });
    expect(await scheduler.agentFor(wanted)).toStrictEqual({ agentId: 'oak' });
    expect(await scheduler.agents()).toStrictEqual([]);
  });

  it('is waited for by a scheduler that has just started, and has heard nobody', async () => {
    const asked = scheduler.agentFor(wanted);
    await w.clock.advance(5_000);
    await oak.sync();
    expect(await asked).toStrictEqual({ agentId: 'oak' });
  });

  it('is waited for by a scheduler that knows of one it has not heard yet, for as long as it may need', async () => {
    const elm = new AgentDouble('elm', scheduler);
    elm.arch = 'aarch64';
    await Promise.all([oak.sync(), elm.sync()]);
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    elm.use(scheduler);
    await elm.sync();
    let answer: unknown;
    const asked = scheduler.agentFor(wanted).catch((error: unknown) => (answer = error));
    await w.clock.advance(14_999);
    expect(answer).toBeUndefined();
    await w.clock.advance(1);
    await asked;
    expect(answer).toMatchObject(refused(NOBODY));
  });

  it('is not waited for by one that stops', async () => {
    const asked = scheduler.agentFor(wanted);
    asked.catch(() => undefined);
    await w.clock.settle();
    await scheduler.stop();
    await expect(asked).rejects.toMatchObject(refused(NOBODY));
  });
});
