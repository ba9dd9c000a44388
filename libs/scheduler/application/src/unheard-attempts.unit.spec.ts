import { farmOfEachTest } from './farm-of-each-test.spec.js';
import { type AgentDouble, type FarmDouble, type World } from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let farm: FarmDouble;
let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;
let jobId: string;

farmOfEachTest(
  (given) => {
    farm = given;
    ({ w, scheduler, oak } = farm);
  },
  () => scheduler,
);
/** A build that oak was given, and has not named yet. */
beforeEach(async () => {
  jobId = await farm.running();
});

it('an attempt that begins, and dies with the scheduler before it reports anything, is counted as killed', async () => {
  for (let death = 1; death <= 3; death += 1) {
    await oak.sync();
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
    oak.restart(`after death ${death}`);
    await oak.sync();
    await w.clock.advance(100_000);
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
  }
  expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_code: 'POISONED' });
});

it('a scheduler that could not hear for a while does not say that an attempt was never begun', async () => {
  let isCut = false;
  const deaf = w.scheduler({}, undefined, {
    messenger: {
      ...w.messenger,
      onHint: (subject, ear) => w.messenger.onHint(subject, (payload, from) => isCut || ear(payload, from)),
    },
  });
  await scheduler.stop();
  await deaf.start();
  const witness = w.scheduler();
  await witness.start();
  oak.use(witness);
  oak.restart('session-2');
  await oak.sync();
  await w.clock.advance(11_000);
  await oak.sync();
  isCut = true;
  await w.clock.settle();
  expect((await oak.sync()).run).toMatchObject([{ jobId, attempt: 2 }]);
  await oak.sync();
  await w.clock.advance(20_000);
  await witness.stop();
  isCut = false;
  await w.clock.advance(40_000);
  expect(await deaf.job(jobId)).toMatchObject({ status: 'queued', failure_code: 'AGENT_LOST' });
  await deaf.stop();
});

it('a scheduler that another one granted beside knows that an attempt was never begun', async () => {
  const other = w.scheduler();
  await other.start();
  oak.restart('session-2');
  await oak.sync();
  await w.clock.advance(3_000);
  await oak.sync();
  await w.clock.settle();
  expect(await other.job(jobId)).toMatchObject({ status: 'building', attempt: 2 });
  await scheduler.stop();
  await w.clock.advance(40_000);
  expect(await other.job(jobId)).toMatchObject({ status: 'queued', failure_code: 'AGENT_ABSENT' });
  await other.stop();
});
