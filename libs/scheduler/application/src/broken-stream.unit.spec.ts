import { AgentDouble, buildOf, readAll, world } from './scheduler-under-test.spec.js';

const unreadable = new TypeError('this stream makes no sense');

/** A scheduler over a log in which no decision about that job can be made. */
const start = async () => {
  const w = world();
  const broken = new Set<string>();
  const read = w.store.readStream.bind(w.store);
  w.store.readStream = (stream, range) => {
    if (broken.has(stream)) throw unreadable;
    return read(stream, range);
  };
  const scheduler = w.scheduler();
  await scheduler.start();
  const requested = async (name: string) => (await scheduler.requestBuild(buildOf(name))).jobId;
  return { w, scheduler, requested, breakJob: (jobId: string) => broken.add(`job-${jobId}`) };
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
  expect((await readAll(w.store, 'placement-farm')).length).toBeLessThan(3);
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
  await scheduler.stop();
});
