import { fakeClock } from '@gild/testing';
import { DEFAULT_PACE } from './s3-server.js';
import { isOurs, nowAndThen } from './sweep-uploads.js';

const HOUR_MS = 3_600_000;
const NAMES = [
  'images/a.raw',
  'layers/b',
  'backups/of-somebody',
  'farm/images/c.raw',
  'imagesque',
  'farms/x',
];

it.each([
  ['', ['images/a.raw', 'layers/b']],
  ['farm/', ['farm/images/c.raw']],
])('takes of uploads, with the prefix "%s", those of Gild for its own', (prefix, expected) =>
  expect(NAMES.filter((name) => isOurs(name, prefix))).toStrictEqual(expected),
);

it('sweeps with the first use, and with the first of every six hours, and tells each time that it failed', async () => {
  const clock = fakeClock();
  let sweeps = 0;
  const sweep = () => {
    sweeps += 1;
    return sweeps === 2 ? Promise.resolve(0) : Promise.reject(new Error(`sweep ${sweeps}: it lists none`));
  };
  const told: unknown[] = [];
  const sweepFailed = (error: unknown) => void told.push(error);
  const use = nowAndThen(sweep, { clock, pace: DEFAULT_PACE, sweepFailed });
  const seen: number[] = [];
  for (const hours of [0, 5.9, 0.2, 1, 6]) {
    await clock.advance(hours * HOUR_MS);
    await Promise.all([use(), use()]);
    seen.push(sweeps);
  }
  expect(seen).toStrictEqual([1, 1, 2, 2, 3]);
  expect(told).toStrictEqual([new Error('sweep 1: it lists none'), new Error('sweep 3: it lists none')]);
});
