import { farmOfEachTest } from './farm-of-each-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { type AgentDouble, buildOf, type World } from './scheduler-under-test.spec.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;
farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);

const none = (arch: string) => ({ arch, count: 0 });

it('is nothing for both architectures where nothing was ever asked for', async () => {
  expect(await scheduler.load()).toStrictEqual({
    queued: [],
    oldest: [
      { arch: 'aarch64', seconds: 0 },
      { arch: 'x86_64', seconds: 0 },
    ],
    running: [none('aarch64'), none('x86_64')],
    wanted: [none('aarch64'), none('x86_64')],
    agents: [],
    freeSlots: [none('aarch64'), none('x86_64')],
    position: undefined,
  });
});

it('is what waits, by reason, and what runs; what waits for another build wants no agent', async () => {
  await oak.sync();
  expect(await scheduler.load()).toMatchObject({
    agents: [{ arch: 'x86_64', state: 'ready', count: 1 }],
    freeSlots: [none('aarch64'), { arch: 'x86_64', count: 1 }],
  });
  await scheduler.requestBuild(buildOf('web'));
  await w.clock.settle();
  await scheduler.requestBuild(
    buildOf('web', { requestId: 'another request', definition: { os_version: '13' } }),
  );
  await scheduler.requestBuild(buildOf('arm', { definition: { arch: 'aarch64' } }));
  await w.clock.advance(2_000);
  await scheduler.requestBuild(buildOf('db'));
  await w.clock.advance(3_000);
  await oak.sync();
  const { position, ...load } = await scheduler.load();
  expect(load).toStrictEqual({
    queued: [
      { arch: 'aarch64', reason: 'NO_AGENT', count: 1 },
      { arch: 'x86_64', reason: 'AGENTS_BUSY', count: 1 },
      { arch: 'x86_64', reason: 'SAME_IMAGE', count: 1 },
    ],
    oldest: [
      { arch: 'aarch64', seconds: 5 },
      { arch: 'x86_64', seconds: 5 },
    ],
    running: [none('aarch64'), { arch: 'x86_64', count: 1 }],
    wanted: [
      { arch: 'aarch64', count: 1 },
      { arch: 'x86_64', count: 2 },
    ],
    agents: [{ arch: 'x86_64', state: 'busy', count: 1 }],
    freeSlots: [none('aarch64'), none('x86_64')],
  });
  expect(position).toBeDefined();
});
