import { type ImageBuildPolicyInput, resolvePolicy } from '@gild/contracts';
import { cacheSettings, ttlDaysOf } from './cache-settings.js';
import { admit, chooseEvictions, type HostDisk } from './eviction.js';

const GIB = 1_073_741_824;
const NOW = '2026-01-10T00:00:00.000Z';
const settings = (changes: ImageBuildPolicyInput) => cacheSettings(resolvePolicy(changes));

/** A cache of 60 GiB, the older half of which has expired, on a disk of 1000 GiB with so much free. */
const host = (freeGib = 500): HostDisk => ({
  entries: ['old', 'new'].map((id, index) => ({
    ...{ id, sizeBytes: 30 * GIB, accessedAt: `2026-01-0${index + 1}T00:00:00.000Z`, inUse: false },
    expiresAt: index === 0 ? NOW : '2026-02-01T00:00:00.000Z',
  })),
  disk: { freeBytes: freeGib * GIB, totalBytes: 1000 * GIB },
});
const evictions = (changes: ImageBuildPolicyInput, disk = host()) =>
  chooseEvictions(disk, { ...settings(changes), now: NOW }).map(({ id, reason }) => `${id} ${reason}`);

it('cache_enabled', () =>
  expect([true, false].map((cache_enabled) => settings({ cache_enabled }).cacheEnabled)).toStrictEqual([
    true,
    false,
  ]));

it('cache_location', () =>
  expect([settings({}).location, settings({ cache_location: '/images' }).location]).toStrictEqual([
    undefined,
    '/images',
  ]));

it('default_cache_ttl_days counts for a definition that says nothing, and no more than 365', () => {
  const policy = resolvePolicy({ default_cache_ttl_days: 400 });
  expect([ttlDaysOf({ cache_ttl_days: 7 }, policy), ttlDaysOf({}, policy)]).toStrictEqual([7, 365]);
  expect(ttlDaysOf({}, resolvePolicy({ default_cache_ttl_days: 12 }))).toBe(12);
});

it('max_cache_size_gb', () => {
  const policy = { ...settings({ max_cache_size_gb: 50, auto_cleanup_expired: false }), now: NOW };
  expect(evictions({ max_cache_size_gb: 50, auto_cleanup_expired: false })).toStrictEqual(['old size']);
  expect(evictions({ max_cache_size_gb: 60, auto_cleanup_expired: false })).toStrictEqual([]);
  expect(admit(host(), policy, 51 * GIB).ok).toBe(false);
});

it('auto_cleanup_expired', () => {
  expect(evictions({ auto_cleanup_expired: true })).toStrictEqual(['old expired']);
  expect(evictions({ auto_cleanup_expired: false })).toStrictEqual([]);
});

it('cleanup_interval_hours', () =>
  expect(settings({ cleanup_interval_hours: 2 }).lookEveryMs).toBe(7_200_000));

it('min_disk_free_percent', () => {
  const keeping = (percent: number) =>
    evictions({ min_disk_free_percent: percent, auto_cleanup_expired: false }, host(99));
  expect([keeping(9), keeping(10)]).toStrictEqual([[], ['old disk']]);
});
