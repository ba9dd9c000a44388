import { laterBy } from '@gild/kernel';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import {
  type AgentDouble,
  ended,
  type FarmDouble,
  started,
  type World,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let farm: FarmDouble;
let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (given) => {
    farm = given;
    ({ w, scheduler, oak } = farm);
  },
  () => scheduler,
);

const running = (name?: string) => farm.running(name);

describe('the time of a build', () => {
  it('is told to the agent when it is up, and ends the build when the agent does not', async () => {
    const jobId = await running();
    for (let at = 0; at < 30 * 60_000; at += 20_000) {
      await w.clock.advance(20_000);
      await oak.sync();
    }
    expect(oak.last).toMatchObject({ run: [], stop: [{ jobId, attempt: 1, why: 'timeout' }] });
    await w.clock.advance(25_000);
    await oak.sync();
    await w.clock.advance(10_000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_class: 'timeout' });
    expect((await oak.sync()).stop).toMatchObject([{ why: 'stale' }]);
  });
});

it('row 12: a build that is parked for longer than it may take goes on, and has its time left then', async () => {
  const jobId = await running();
  const pass = async (minutes: number) => {
    for (let at = 0; at < minutes * 60_000; at += 20_000) {
      await w.clock.advance(20_000);
      await oak.sync();
    }
  };
  await pass(20);
  const reason = { code: 'STORE_FULL', message: 'the bucket is full' };
  oak.report(jobId, { type: 'AttemptParked', data: { attempt: 1, reason } });
  await oak.sync();
  await pass(90);
  expect(oak.last).toMatchObject({ run: [{ jobId, attempt: 1 }], stop: [] });
  expect(await scheduler.job(jobId)).toMatchObject({
    status: 'building',
    waiting_reason: 'the bucket is full',
  });
  oak.report(jobId, { type: 'AttemptResumed', data: { attempt: 1 } });
  await oak.sync();
  await pass(9);
  expect(oak.last).toMatchObject({ run: [{ jobId, attempt: 1 }], stop: [] });
  await pass(2);
  expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_class: 'timeout' });
});

it('a scheduler whose wall clock is ahead ends no build before it measured its time itself', async () => {
  const jobId = await running();
  await oak.sync();
  const now = () => laterBy(w.clock.now(), 31 * 60_000);
  const ahead = w.scheduler({}, undefined, { clock: { ...w.clock, now } });
  await ahead.start();
  oak.use(ahead);
  for (let second = 0; second < 120; second += 5) {
    await w.clock.advance(5000);
    await oak.sync();
  }
  expect(oak.last).toMatchObject({ run: [{ jobId }], stop: [] });
  expect(await ahead.job(jobId)).toMatchObject({ status: 'building' });
  await ahead.stop();
});

describe('the time of a build with several attempts', () => {
  const MINUTE = 60_000;
  const work = async (minutes: number) => {
    for (let at = 0; at < minutes * MINUTE; at += 20_000) {
      await w.clock.advance(20_000);
      await oak.sync();
    }
  };
  const timeLeft = async () => {
    await oak.sync();
    await w.clock.settle();
    return (await oak.sync()).run[0]?.timeoutMs;
  };

  it('is shared by them: each gets what the ones before left', async () => {
    const jobId = await running();
    await work(20);
    oak.report(jobId, ended(1, 'infrastructure'));
    await oak.sync();
    oak.forget(jobId, 1);
    await oak.sync(0, { draining: true });
    await w.clock.advance(40 * MINUTE);
    expect(await timeLeft()).toBe(10 * MINUTE);
    await work(10);
    expect(oak.last).toMatchObject({ run: [], stop: [{ jobId, attempt: 2, why: 'timeout' }] });
  });

  it('is measured, whatever wall clock says when an attempt began and when it ended', async () => {
    const now = () => laterBy(w.clock.now(), 31 * MINUTE);
    const ahead = w.scheduler({}, undefined, { clock: { ...w.clock, now } });
    await ahead.start();
    const jobId = await running();
    await work(5);
    oak.use(ahead);
    oak.report(jobId, ended(1, 'infrastructure'));
    await oak.sync();
    oak.forget(jobId, 1);
    oak.use(scheduler);
    await ahead.stop();
    await w.clock.advance(32 * MINUTE);
    expect(await timeLeft()).toBe(25 * MINUTE);
  });

  it('counts a lost attempt until it was last heard of', async () => {
    await running();
    await work(5);
    w.clock.setWallClock(laterBy(w.clock.now(), 60 * MINUTE));
    await w.clock.advance(2 * MINUTE);
    expect(await timeLeft()).toBe(25 * MINUTE);
  });

  it('does not pass while no farm runs, and a lost attempt took it until its last report', async () => {
    const jobId = await running();
    await work(5);
    oak.report(jobId, started(1));
    await oak.sync();
    await scheduler.stop();
    await w.clock.advance(600 * MINUTE);
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
    oak.restart('session-2');
    await oak.sync();
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'queued',
      last_error: 'agent oak was restarted',
    });
    await w.clock.advance(3_000);
    expect(await timeLeft()).toBe(25 * MINUTE);
  });

  it('ends the build when an attempt has left none', async () => {
    const jobId = await running();
    await work(30);
    oak.report(jobId, ended(1, 'infrastructure'));
    await oak.sync();
    oak.forget(jobId, 1);
    await w.clock.advance(10_000);
    await oak.sync();
    await w.clock.advance(2000);
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'failed',
      failure_class: 'timeout',
      attempt: 2,
    });
    expect(oak.work.size).toBe(0);
  });
});
