import { streams } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { faultOf } from '@gild/testing';
import {
  AgentDouble,
  buildOf,
  ended,
  newEvent,
  readAll,
  started,
  world,
} from './scheduler-under-test.spec.js';

/** A scheduler beside one of a newer release, which writes what this one cannot read. */
const start = async () => {
  const w = world();
  const scheduler = w.scheduler();
  await scheduler.start();
  const oak = new AgentDouble('oak', scheduler);
  const requested = async (name: string) => (await scheduler.requestBuild(buildOf(name))).jobId;
  const written = async (jobId: string, type: string, data = {}) => {
    const event = newEvent(type, data);
    const newer = { ...event, metadata: { ...event.metadata, schema: 99 } };
    await w.store.append(streams.job(jobId), 'any', [newer]);
  };
  const refusals = () => w.faults.filter((fault) => faultCode(fault) === 'NEWER_RELEASE');
  return { w, scheduler, oak, requested, written, refusals };
};

it('grants no build whose grant it cannot read, grants the others, and says so, but not at every look', async () => {
  const { w, scheduler, oak, requested, written, refusals } = await start();
  const first = await requested('web');
  await written(first, 'AttemptGranted', { attempt: 1, agentId: 'elm' });
  const second = await requested('db');
  for (let second = 0; second < 150; second += 5) {
    await oak.sync(0, { slots: 2 });
    await w.clock.advance(5000);
  }
  expect(await w.course(first)).toStrictEqual(['BuildRequested', 'AttemptGranted']);
  expect(await w.course(second)).toContain('AttemptGranted');
  expect(refusals().length).toBeGreaterThan(0);
  expect(refusals().length).toBeLessThan(6);
  expect(w.blamed).toContainEqual({ jobId: first });
  await scheduler.stop();
});

it('ends no build a second time, and has its agent go on with everything', async () => {
  const { w, scheduler, oak, requested, written, refusals } = await start();
  const [first, second] = [await requested('web'), await requested('db')];
  await oak.sync(0, { slots: 2 });
  await w.clock.settle();
  await oak.sync(0, { slots: 2 });
  await written(first, 'BuildCompleted');
  const length = (await readAll(w.store, streams.job(first))).length;
  oak.report(first, ended(1, 'install'));
  oak.report(second, started(1));
  const { stop, acknowledged } = await oak.sync(0, { slots: 2 });
  expect({ stop, acknowledged }).toStrictEqual({
    stop: [],
    acknowledged: [{ jobId: second, attempt: 1, seq: 1 }],
  });
  expect(oak.last?.nextSyncMs).toBeGreaterThanOrEqual(1000);
  for (let turn = 0; turn < 50; turn += 1) await oak.sync(0, { slots: 2 });
  expect(refusals().length).toBeLessThan(4);
  oak.forget(first, 1);
  for (let turn = 0; turn < 3; turn += 1) await oak.sync(0, { slots: 2 });
  oak.restart('session-2');
  for (let turn = 0; turn < 3; turn += 1) await oak.sync(0, { slots: 2 });
  expect(oak.last?.run.map(({ jobId }) => jobId)).not.toContain(first);
  const cancelled = scheduler.cancelBuild({ jobId: first, actor: 'ada', reason: 'enough' });
  expect((await faultOf(cancelled)).code).toBe('NEWER_RELEASE');
  expect(await readAll(w.store, streams.job(first))).toHaveLength(length);
  expect(refusals().length).toBeGreaterThan(0);
  await scheduler.stop();
});

it('hears what an agent reports whose own record it cannot read whole', async () => {
  const { w, scheduler, oak, requested, refusals } = await start();
  const job = await requested('web');
  await oak.sync();
  await w.clock.settle();
  await oak.sync();
  const event = newEvent('AgentDrained', { agentId: 'oak' });
  const newer = { ...event, metadata: { ...event.metadata, schema: 99 } };
  await w.store.append(streams.agent('oak'), 'any', [newer]);
  oak.report(job, started(1));
  const { acknowledged } = await oak.sync(0, { slots: 2 });
  expect(acknowledged).toStrictEqual([{ jobId: job, attempt: 1, seq: 1 }]);
  expect(refusals()).toHaveLength(1);
  expect(w.blamed).toContainEqual({ agentId: 'oak' });
  await scheduler.stop();
});
