import { streams } from '@gild/contracts';
import type { EventStore } from '@gild/ports';
import { AgentDouble, buildOf, ended, newEvent, reported, world } from '../scheduler-under-test.spec.js';
import { policyReplays } from './replay-policy.js';

const TURN_MS = 10_000;
const TURNS_OF_A_BUILD = 12;

/** A farm of one agent with room for all, in which the policy allows two builds at once: four builds of two minutes each. */
const livedFarm = async () => {
  const w = world();
  const scheduler = w.scheduler();
  const set = newEvent('PolicySet', { policy: { max_parallel_builds: 2 }, by: 'ada' });
  await w.store.append(streams.policy('main'), 'any', [set]);
  await scheduler.start();
  const oak = new AgentDouble('oak', scheduler);
  await oak.sync(0, { slots: 9 });
  for (const name of ['web', 'db', 'mail', 'cache']) await scheduler.requestBuild(buildOf(name));
  const worked = new Map<string, number>();
  for (let turn = 0; turn < 3 * TURNS_OF_A_BUILD; turn += 1) {
    await oak.sync(0, { slots: 9 });
    await w.clock.advance(TURN_MS);
    for (const { jobId, attempt } of [...oak.work.values()]) {
      const turns = (worked.get(jobId) ?? 0) + 1;
      worked.set(jobId, turns);
      if (turns !== TURNS_OF_A_BUILD) continue;
      const fails = (await scheduler.job(jobId)).image_name === 'mail';
      oak.report(jobId, fails ? ended(attempt, 'install') : reported(attempt));
      await oak.sync(0, { slots: 9 });
      if (!fails) await w.registry.publish(jobId, attempt);
    }
  }
  await scheduler.stop();
  return { w, scheduler: w.scheduler(), stopped: scheduler };
};

let lived: Awaited<ReturnType<typeof livedFarm>>;
beforeAll(async () => {
  lived = await livedFarm();
});

it('tells what was, what the policy of then does in the simulation, and what another one would have done', async () => {
  const { scheduler } = lived;
  const { real, simulated, model_error, ...told } = await scheduler.replayPolicy({
    changes: { max_parallel_builds: 4 },
  });
  expect(told).toMatchObject({ changes: { max_parallel_builds: 4 }, builds: 4, left_out: 0, losing: [] });
  const ends = { completed: 3, failed: 1, timed_out: 0, cancelled: 0, refused: 0, open: 0 };
  expect([real.builds, simulated.then.builds, simulated.changed.builds]).toStrictEqual([ends, ends, ends]);
  expect([real, simulated.then, simulated.changed].map(({ at_once: { max } }) => max)).toStrictEqual([
    2, 2, 4,
  ]);
  expect(model_error.other_outcomes).toBe(0);
  expect(model_error.turnaround_seconds).toBeLessThan(20);
  expect(real.waiting.longest_seconds).toBeGreaterThan(110);
  expect(simulated.changed.waiting.longest_seconds).toBe(0);
  expect(told.gaining.map(({ image_name }) => image_name).sort()).toStrictEqual(['cache', 'mail']);
});

it('replays a part of the log, and goes on from what was under way when it began', async () => {
  const { w, scheduler } = lived;
  const from = '2026-11-23T09:01:00.000Z';
  const told = await scheduler.replayPolicy({ changes: { max_parallel_builds: 4 }, from });
  expect(told).toMatchObject({ from, builds: 4 });
  expect(told.simulated.changed.waiting.longest_seconds).toBe(60);
  const until = { changes: { max_parallel_builds: 4 }, to: from };
  expect(await scheduler.replayPolicy(until)).toMatchObject({ builds: 0, left_out: 4, gaining: [] });
  const head = (await w.store.head()) ?? '';
  await expect(
    scheduler.replayPolicy({ changes: { max_parallel_builds: 4 }, from: head, to: head }),
  ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

it.each([
  [{ max_parallel_builds: 0 }, 'INVALID_DOCUMENT', /max_parallel_builds/],
  [{ max_build_time_minutes: 'long' }, 'INVALID_DOCUMENT', /max_build_time_minutes/],
  [{ max_paralel_builds: 4 }, 'INVALID_DOCUMENT', /max_parallel_builds/],
  [{ cache_enabled: false }, 'INVALID_REQUEST', /can change max_parallel_builds and max_build_time_minutes/],
  [{ min_disk_free_percent: 20 }, 'INVALID_REQUEST', /not on record/],
  [{}, 'INVALID_REQUEST', /expected a field of the policy/],
])('refuses %j with %s', async (changes, code, message) => {
  const replay = world().scheduler().replayPolicy({ changes });
  await expect(replay).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('ends with the scheduler that works on it', async () => {
  const replay = lived.stopped.replayPolicy({ changes: { max_parallel_builds: 4 } });
  await expect(replay).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('ends with it also while the log is read', async () => {
  const { store, clock } = lived.w;
  const stop = new AbortController();
  let read = 0;
  const readAll: EventStore['readAll'] = async function* (range) {
    for await (const event of store.readAll(range)) {
      read += 1;
      stop.abort();
      yield event;
    }
  };
  const log = { store: { ...store, readAll, head: () => store.head() }, clock };
  const replay = policyReplays(log, stop.signal);
  await expect(replay({ changes: { max_parallel_builds: 4 } })).rejects.toMatchObject({
    ...{ code: 'UNAVAILABLE', retryable: true },
  });
  expect(read).toBe(1);
});

it('is one at a time: whoever asks meanwhile is told to ask again', async () => {
  const { scheduler } = lived;
  const asked = { changes: { max_parallel_builds: 4 } };
  const first = scheduler.replayPolicy(asked);
  await expect(scheduler.replayPolicy(asked)).rejects.toMatchObject({
    ...{ code: 'TOO_MANY_REQUESTS', retryable: true },
    message: 'the scheduler works on another replay, and on one at a time; try again when it is over',
  });
  expect(await first).toMatchObject({ builds: 4 });
  const refused = scheduler.replayPolicy({ changes: {} });
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(await scheduler.replayPolicy(asked)).toMatchObject({ builds: 4 });
});

it('records nothing, and has nothing to tell of an empty log', async () => {
  const w = world();
  const told = await w.scheduler().replayPolicy({ changes: { max_parallel_builds: 4 } });
  expect([told.builds, await w.store.head()]).toStrictEqual([0, undefined]);
});
