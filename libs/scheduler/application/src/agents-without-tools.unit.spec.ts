import { farmOfEachTest } from './farm-of-each-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { AgentDouble, buildOf, type World } from './scheduler-under-test.spec.js';

const REASON = "Images of fedora need dnf's Python library on this host.";

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);
beforeEach(async () => {
  oak.cannotBuild = [{ distribution: 'fedora', reason: REASON }];
  await oak.sync();
});

const asked = async (base_os: string, os_version: string) => {
  const { jobId } = await scheduler.requestBuild(buildOf(base_os, { definition: { base_os, os_version } }));
  await w.clock.settle();
  return jobId;
};

describe('a build of what an agent has no tools for', () => {
  it('goes to the one that has, although the other is the first of two equal ones', async () => {
    const pine = new AgentDouble('pine', scheduler);
    await pine.sync();
    const jobId = await asked('fedora', '43');
    expect((await oak.sync()).run).toStrictEqual([]);
    expect((await pine.sync()).run).toMatchObject([{ jobId }]);
  });

  it('waits where nobody has them and says why, while the agent builds what it can', async () => {
    const jobId = await asked('fedora', '43');
    const other = await asked('debian', '12');
    expect((await oak.sync()).run).toMatchObject([{ jobId: other }]);
    const why = `no agent of x86_64 can build fedora 43; oak says: ${REASON.slice(0, -1)}`;
    expect(await scheduler.job(jobId)).toMatchObject({
      ...{ status: 'queued', waiting_code: 'NO_TOOLS', waiting_reason: why },
    });
    expect((await scheduler.why(jobId)).sentences).toStrictEqual([expect.stringContaining(why)]);
    expect(await scheduler.agents()).toMatchObject([
      { agent_id: 'oak', cannot_build: [{ distribution: 'fedora', reason: REASON }] },
    ]);
  });

  it.each([
    ['the definition wants none', true],
    ['whoever asks for the build wants none', false],
  ])(
    'is given an agent that cannot boot its image only where there is no boot test: %s',
    async (_, byDefinition) => {
      oak.cannotBoot = [{ arch: 'x86_64', reason: 'no machine' }];
      oak.restart('session-2');
      await oak.sync();
      const steps = { run_tests: !byDefinition };
      const request = buildOf('untested', { definition: { steps } });
      const options = { ...request.options, bootTest: byDefinition };
      const tested = await asked('debian', '12');
      const { jobId } = await scheduler.requestBuild({ ...request, options });
      await w.clock.settle();
      expect((await oak.sync(100)).run).toMatchObject([{ jobId }]);
      expect(await scheduler.job(tested)).toMatchObject({
        waiting_code: 'NO_TOOLS',
        waiting_reason: 'no agent of x86_64 can build debian 12 and boot it; oak says: no machine',
      });
      expect(await scheduler.agents()).toMatchObject([{ cannot_boot: [{ arch: 'x86_64' }] }]);
    },
  );

  it('waits for tools no more once the agent that is started again has them', async () => {
    const jobId = await asked('fedora', '43');
    oak.restart('session-2');
    oak.cannotBuild = undefined;
    expect((await oak.sync(100)).run).toMatchObject([{ jobId }]);
    expect(await scheduler.agents()).toMatchObject([{ agent_id: 'oak', cannot_build: [] }]);
  });

  it('does not wait for tools, to programs, while a scheduler that was started again has not heard who has them', async () => {
    const jobId = await asked('fedora', '43');
    expect(await scheduler.job(jobId)).toMatchObject({ waiting_code: 'NO_TOOLS' });
    await new AgentDouble('pine', scheduler).sync(0, { draining: true });
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
    await oak.sync();
    await w.clock.advance(1000);
    expect(await scheduler.job(jobId)).not.toHaveProperty('waiting_code');
  });
});
