import { AgentDouble, buildOf, world } from './scheduler-under-test.spec.js';
import { Death, unsteady } from './unsteady-store.spec.js';

it('a build that can be granted does not wait until the reasons of a long queue are all recorded', async () => {
  const w = world();
  const scheduler = w.scheduler();
  const jobs: string[] = [];
  for (let n = 0; n < 70; n += 1) jobs.push((await scheduler.requestBuild(buildOf(`image${n}`))).jobId);
  let waiting = 0;
  const seen: number[] = [];
  const append: typeof w.store.append = async (stream, expected, events) => {
    if (events[0]?.type === 'BuildWaiting') waiting += 1;
    if (events[0]?.type === 'AttemptGranted') seen.push(waiting);
    // The agent is heard for the first time while reasons are being recorded.
    if (waiting === 10 && events[0]?.type === 'BuildWaiting') void oak.sync();
    return w.store.append(stream, expected, events);
  };
  const steady = unsteady(w.store, { draw: () => 0, slow: false, lenient: false }, new Death());
  const slow = w.scheduler({}, undefined, { store: { ...steady, append } });
  const oak = new AgentDouble('oak', slow);
  await slow.start();
  await w.clock.advance(5000);
  expect(seen).toStrictEqual([50]);
  expect(waiting).toBeGreaterThanOrEqual(69);
  await slow.stop();
  expect(w.faults).toStrictEqual([]);
}, 30_000);
