import { fakeClock } from '@gild/testing';
import { CallLimit } from './call-limit.js';

it('lets so many calls of one caller pass in a minute, and others still', async () => {
  const clock = fakeClock();
  const limit = new CallLimit(clock, { perCaller: 2, overall: 10 });
  expect([limit.take('a'), limit.take('a'), limit.take('b')]).toStrictEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await clock.advance(20_500);
  expect(limit.take('a')).toBe(40);
  await clock.advance(39_500);
  expect(limit.take('a')).toBeUndefined();
});

it('lets so many calls of all callers pass, however many there are', () => {
  const limit = new CallLimit(fakeClock(), { perCaller: 2, overall: 2 });
  expect([limit.take('a'), limit.take('b'), limit.take('c')]).toStrictEqual([undefined, undefined, 60]);
});
