import { streams } from '@gild/contracts';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { type AgentDouble, buildOf, readAll, type World } from './scheduler-under-test.spec.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);

const asked = async () => {
  const { jobId } = await scheduler.requestBuild(buildOf('web', { definition: { arch: 'aarch64' } }));
  await w.clock.settle();
  return jobId;
};

describe('a build for which there is no agent of its architecture', () => {
  it('goes to one that emulates it, is recorded as emulated, and may take four times as long', async () => {
    oak.emulation = { emulates: ['aarch64'] };
    await oak.sync();
    const jobId = await asked();
    const { run } = await oak.sync();
    expect(run).toMatchObject([{ jobId, timeoutMs: 120 * 60_000 }]);
    expect(await scheduler.job(jobId)).toMatchObject({ agent_id: 'oak', arch: 'aarch64', emulated: true });
    expect((await scheduler.why(jobId)).sentences).toStrictEqual([
      expect.stringContaining('oak, which emulates aarch64,'),
    ]);
    const granted = (await readAll(w.store, streams.job(jobId))).find(
      ({ type }) => type === 'AttemptGranted',
    );
    expect(granted?.data).toMatchObject({ emulated: true });
    expect(await scheduler.agents()).toMatchObject([
      { agent_id: 'oak', arch: 'x86_64', emulates: ['aarch64'] },
    ]);
  });

  it('does not wait for an emulator any more, to programs, when the farm is started again with one', async () => {
    oak.emulation = { couldEmulate: ['aarch64'] };
    await oak.sync();
    const jobId = await asked();
    await w.clock.advance(11_000);
    await oak.sync();
    await w.clock.settle();
    expect(await scheduler.job(jobId)).toMatchObject({ waiting_code: 'NO_EMULATOR' });
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued' });
    expect(await scheduler.job(jobId)).not.toHaveProperty('waiting_code');
    oak.use(scheduler);
    oak.restart('session-2');
    oak.emulation = { emulates: ['aarch64'] };
    expect((await oak.sync(100)).run).toMatchObject([{ jobId }]);
  });

  it('waits for an emulator also to programs once the farm that was started again finds that it lacks one', async () => {
    oak.emulation = { couldEmulate: ['aarch64'] };
    await oak.sync();
    const jobId = await asked();
    await w.clock.advance(11_000);
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
    oak.restart('session-2');
    await oak.sync();
    await w.clock.advance(1000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued', waiting_code: 'NO_EMULATOR' });
  });

  it('waits where nobody emulates, and says who only lacks the emulator', async () => {
    oak.emulation = { couldEmulate: ['aarch64'] };
    await oak.sync();
    const jobId = await asked();
    await w.clock.advance(11_000);
    await oak.sync();
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'queued',
      waiting_code: 'NO_EMULATOR',
      waiting_reason: 'no agent for aarch64: an x86_64 agent with qemu-user-static could emulate it',
    });
  });
});
