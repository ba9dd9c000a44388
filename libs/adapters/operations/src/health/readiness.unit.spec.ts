import { fakeClock, type FakeClock } from '@gild/testing';
import { Readiness } from './readiness.js';

let clock: FakeClock;
let told: string[];
let readiness: Readiness;
beforeEach(() => {
  clock = fakeClock();
  told = [];
  readiness = new Readiness({
    clock,
    onChange: (name, why) => told.push(`${name} ${why === undefined ? 'up' : (why as Error).message}`),
  });
});

it('is false before a service has opened, and names what it needs', async () => {
  readiness.needs('events', async () => undefined);
  expect(await readiness.report()).toStrictEqual({ status: 'starting', checks: { events: 'up' } });
  readiness.open();
  expect(await readiness.report()).toStrictEqual({ status: 'ready', checks: { events: 'up' } });
});

it('is false while anything that is needed is out of reach, and says why once', async () => {
  let away = true;
  readiness.needs('nats', () => (away ? Promise.reject(new Error('no server')) : Promise.resolve()));
  readiness.needs('events', async () => undefined);
  readiness.open();
  const down = { status: 'not ready', checks: { nats: 'down', events: 'up' } };
  expect(await readiness.report()).toStrictEqual(down);
  await clock.advance(1_000);
  expect(await readiness.report()).toStrictEqual(down);
  away = false;
  await clock.advance(1_000);
  expect(await readiness.report()).toMatchObject({ status: 'ready' });
  expect(told).toStrictEqual(['nats no server', 'nats up']);
});

it('does not wait for what does not answer', async () => {
  readiness.needs('objects', () => new Promise(() => undefined));
  readiness.open();
  const report = readiness.report();
  await clock.advance(2_000);
  expect(await report).toStrictEqual({ status: 'not ready', checks: { objects: 'down' } });
});

it('asks what is behind it once a second, however often it is asked', async () => {
  let asked = 0;
  readiness.needs('events', async () => (asked += 1));
  await Promise.all([readiness.report(), readiness.report()]);
  await clock.advance(999);
  await readiness.report();
  expect(asked).toBe(1);
  await clock.advance(1);
  await readiness.report();
  expect(asked).toBe(2);
});

it('is false from the moment draining begins, for good', async () => {
  readiness.open();
  readiness.drain();
  expect(await readiness.report()).toStrictEqual({ status: 'draining', checks: {} });
  readiness.open();
  expect(await readiness.report()).toMatchObject({ status: 'draining' });
});
