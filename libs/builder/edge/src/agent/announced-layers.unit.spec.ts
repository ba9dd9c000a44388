import { fakeClock } from '@gild/testing';
import { announcedLayers } from './announced-layers.js';

it('says what is cached, and looks again no sooner than after ten seconds', async () => {
  const clock = fakeClock();
  const cached = ['a'.repeat(64)];
  const announced = announcedLayers({ recent: async (most) => cached.slice(0, most) }, clock);
  expect(await announced()).toBe('a'.repeat(12));
  cached.unshift('b'.repeat(64));
  await clock.advance(9_999);
  expect(await announced()).toBe('a'.repeat(12));
  await clock.advance(1);
  expect(await announced()).toBe('b'.repeat(12) + 'a'.repeat(12));
});

it('says nothing of a cache that cannot be read', async () => {
  const announced = announcedLayers({ recent: () => Promise.reject(new Error('EIO')) }, fakeClock());
  expect(await announced()).toBe('');
});
