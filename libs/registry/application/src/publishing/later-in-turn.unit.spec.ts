import { fakeClock } from '@gild/testing';
import { LaterInTurn } from './later-in-turn.js';

const world = () => {
  const time = fakeClock();
  const leaving = new AbortController();
  const done: string[] = [];
  let timers = 0;
  const clock = {
    ...time,
    delay: (ms: number, signal?: AbortSignal) => {
      timers += 1;
      return time.delay(ms, signal);
    },
  };
  const later = new LaterInTurn<string>({
    ...{ clock, delayMs: 1_000, signal: leaving.signal },
    due: (item) => done.push(item),
  });
  return { advance: time.advance, leaving, done, later, timers: () => timers };
};

it('hands each item over its time after it came, in the order in which they came', async () => {
  const { later, advance, done } = world();
  later.add('a');
  await advance(600);
  later.add('b');
  await advance(399);
  expect(done).toStrictEqual([]);
  await advance(1);
  expect(done).toStrictEqual(['a']);
  await advance(600);
  expect(done).toStrictEqual(['a', 'b']);
  later.add('c');
  await advance(1_000);
  expect(done).toStrictEqual(['a', 'b', 'c']);
});

it('has one timer for a thousand that came at once', async () => {
  const { later, advance, done, timers } = world();
  for (let n = 0; n < 1_000; n += 1) later.add(String(n));
  await advance(1_000);
  expect(done).toHaveLength(1_000);
  expect(timers()).toBe(1);
});

it('drops what is left when it has to end, and waits for nothing then', async () => {
  const { later, leaving, advance, done } = world();
  later.add('a');
  leaving.abort();
  await later.idle();
  later.add('b');
  await advance(2_000);
  expect(done).toStrictEqual([]);
});

it('hands over also what comes when it has just handed over the last', async () => {
  const time = fakeClock();
  const done: string[] = [];
  const later: LaterInTurn<string> = new LaterInTurn({
    ...{ clock: time, delayMs: 1_000, signal: new AbortController().signal },
    due: (item) => {
      done.push(item);
      if (item === 'a') void Promise.resolve().then(() => later.add('b'));
    },
  });
  later.add('a');
  await time.advance(1_000);
  await time.advance(1_000);
  expect(done).toStrictEqual(['a', 'b']);
});
