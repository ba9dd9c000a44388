import { systemClock } from './system-clock.js';

it('waits longer than a timer of the system can, and can be called off', async () => {
  const stop = new AbortController();
  const long = systemClock.delay(2 ** 40, stop.signal).then(() => 'over');
  const soon = systemClock.delay(30).then(() => 'still waiting');
  expect(await Promise.race([long, soon])).toBe('still waiting');
  stop.abort(new Error('called off'));
  await expect(long).rejects.toThrow('called off');
});
