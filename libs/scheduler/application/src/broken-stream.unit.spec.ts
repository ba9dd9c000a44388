import { AgentDouble, buildOf, ended, readAll, world } from './scheduler-under-test.spec.js';

const unreadable = new TypeError('this stream makes no sense');

/** A scheduler over a log in which no decision about that job can be made. */
const start = async () => {
  const w = world();
  const broken = new Set<string>();
  const attempts: number[] = [];
  const read = w.store.readStream.bind(w.store);
  w.store.readStream = (stream, range) => {
    if (broken.has(stream)) {
      attempts.push(w.clock.monotonicMs());
      throw unreadable;
    }
    return read(stream, range);
  };
  const scheduler = w.scheduler();
  await scheduler.start();
  const requested = async (name: string) => (await scheduler.requestBuild(buildOf(name))).jobId;
  const breakJob = (jobId: string) => broken.add(`job-${jobId}`);
  const mendJob = (jobId: string) => broken.delete(`job-${jobId}`);
  return { w, scheduler, requested, attempts, breakJob, mendJob };
};

it('a build about which nothing can be decided does not keep the next one from an agent', async () => {
  const { w, scheduler, requested, breakJob } = await start();
  const first = await requested('web');
  breakJob(first);
  await w.clock.advance(1000);
  const second = await requested('db');
  await new AgentDouble('oak', scheduler).sync(0, { slots: 2 });
  await w.clock.advance(20_000);
  expect((await scheduler.job(second)).attempt).toBe(1);
  expect(w.faults).toContain(unreadable);
  expect(w.blamed).toContainEqual({ jobId: first });
  expect((await readAll(w.store, 'placement-farm')).length).toBeLessThan(3);
  await scheduler.stop();
});

it('a build about which nothing can be decided is tried again once a minute', async () => {
  const { w, scheduler, requested, attempts, breakJob } = await start();
  const oak = new AgentDouble('oak', scheduler);
  await oak.sync();
  breakJob(await requested('web'));
  for (let second = 0; second < 150; second += 5) {
    await oak.sync();
    await w.clock.advance(5000);
  }
  expect(attempts).toHaveLength(3);
  await scheduler.stop();
});

it('a fault that passes, at the grant of a build, hides neither it nor its later attempts', async () => {
  const { w, scheduler, requested, breakJob, mendJob } = await start();
  const oak = new AgentDouble('oak', scheduler);
  const jobId = await requested('web');
  const goOn = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 5) {
      await oak.sync();
      await w.clock.advance(5000);
    }
  };
  breakJob(jobId);
  await goOn(10);
  mendJob(jobId);
  await goOn(60);
  expect((await scheduler.job(jobId)).attempt).toBe(1);
  oak.report(jobId, ended(1, 'infrastructure'));
  await oak.sync();
  oak.forget(jobId, 1);
  await goOn(20);
  expect((await scheduler.job(jobId)).attempt).toBe(2);
  expect(w.faults).toStrictEqual([unreadable]);
  await scheduler.stop();
});

it.each([
  [0, 1],
  [1, 0],
])('a build about which nothing can be decided does not keep others from being lost', async (bad, good) => {
  const { w, scheduler, requested, breakJob } = await start();
  const jobs = [await requested('web'), await requested('db')];
  await new AgentDouble('oak', scheduler).sync(0, { slots: 2 });
  await w.clock.settle();
  breakJob(jobs[bad] ?? '');
  await w.clock.advance(35_000);
  expect(await w.course(jobs[good] ?? '')).toContain('AttemptLost');
  expect(w.faults).toContain(unreadable);
  expect(w.blamed.at(-1)).toStrictEqual({ jobId: jobs[bad] });
  await scheduler.stop();
});
