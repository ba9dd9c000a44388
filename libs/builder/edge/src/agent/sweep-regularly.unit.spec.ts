import { fakeClock } from '@gild/testing';
import { sweepRegularly } from './sweep-regularly.js';

const HOUR_MS = 3_600_000;

it('sweeps every hour, also after one that failed, until it is told to end', async () => {
  const clock = fakeClock();
  const end = new AbortController();
  let times = 0;
  const sweep = async () => {
    times += 1;
    if (times === 1) throw new Error('not removed');
  };
  const running = sweepRegularly({ sweep }, clock, end.signal);
  await clock.advance(HOUR_MS - 1);
  expect(times).toBe(0);
  await clock.advance(2 * HOUR_MS + 1);
  expect(times).toBe(3);
  end.abort();
  await running;
  await clock.advance(HOUR_MS);
  expect(times).toBe(3);
});
