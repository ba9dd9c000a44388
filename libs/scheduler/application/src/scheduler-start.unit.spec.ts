import { Fault } from '@gild/ports';
import { AgentDouble, buildOf, world } from './scheduler-under-test.spec.js';

const away = new Fault('STORE_UNAVAILABLE', 'the disk is full', { retryable: true });

it('a scheduler begins when the store answers, and says what it waits for', async () => {
  let isAway = true;
  const w = world();
  const head = w.store.head.bind(w.store);
  w.store.head = () => (isAway ? Promise.reject(away) : head());
  const late = w.scheduler();
  const starting = late.start();
  await w.clock.advance(1500);
  expect(w.faults).toStrictEqual([away, away]);
  isAway = false;
  await w.clock.advance(1000);
  await starting;
  const elm = new AgentDouble('elm', late);
  const polling = elm.sync(10_000);
  const { jobId } = await late.requestBuild(buildOf('web'));
  await w.clock.settle();
  expect((await polling).run).toMatchObject([{ jobId }]);
  await late.stop();
});

it('a scheduler that never came to begin can be stopped', async () => {
  const w = world();
  w.store.head = () => Promise.reject(away);
  const late = w.scheduler();
  const starting = late.start();
  await w.clock.settle();
  await late.stop();
  await starting;
});
