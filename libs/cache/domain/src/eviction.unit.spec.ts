import { isoTime } from '@gild/kernel';
import fc from 'fast-check';
import { admit, chooseEvictions, type Evictable, type EvictionPolicy, type HostDisk } from './eviction.js';

const GIB = 1_073_741_824;
const NOW = '2026-01-10T00:00:00.000Z';
const policy: EvictionPolicy = {
  maxCacheSizeGb: 100,
  minDiskFreePercent: 10,
  autoCleanupExpired: true,
  now: NOW,
};
const entry = (id: string, day: number, more: Partial<Evictable> = {}): Evictable => ({
  id,
  sizeBytes: 40 * GIB,
  accessedAt: `2026-01-0${day}T00:00:00.000Z`,
  expiresAt: '2026-02-01T00:00:00.000Z',
  inUse: false,
  ...more,
});
const roomy = { freeBytes: 500 * GIB, totalBytes: 1000 * GIB };
const expired = { expiresAt: NOW };

it('keeps what is within every limit', () =>
  expect(chooseEvictions({ entries: [entry('a', 1), entry('b', 2)], disk: roomy }, policy)).toStrictEqual(
    [],
  ));

it('evicts what is expired, unless the policy leaves that to people or a machine uses it', () => {
  const entries = [entry('a', 1, expired), entry('b', 2), entry('c', 3, { ...expired, inUse: true })];
  const host = { entries: entries.slice(0, 2), disk: roomy };
  expect(chooseEvictions(host, policy)).toStrictEqual([{ id: 'a', reason: 'expired' }]);
  expect(chooseEvictions(host, { ...policy, autoCleanupExpired: false })).toStrictEqual([]);
  expect(chooseEvictions({ entries: entries.slice(1), disk: roomy }, policy)).toStrictEqual([]);
});

it('evicts the least recently used of a cache that is too large', () =>
  expect(
    chooseEvictions({ entries: [entry('new', 3), entry('old', 1), entry('mid', 2)], disk: roomy }, policy),
  ).toStrictEqual([{ id: 'old', reason: 'size' }]));

it('evicts the least recently used of a disk that is too full', () =>
  expect(
    chooseEvictions(
      { entries: [entry('new', 3), entry('old', 1)], disk: { freeBytes: 61 * GIB, totalBytes: 1000 * GIB } },
      policy,
    ),
  ).toStrictEqual([{ id: 'old', reason: 'disk' }]));

it('passes over what is in use', () =>
  expect(
    chooseEvictions(
      { entries: [entry('new', 3), entry('old', 1, { inUse: true }), entry('mid', 2)], disk: roomy },
      policy,
    ),
  ).toStrictEqual([{ id: 'mid', reason: 'size' }]));

it('admits an image for which others have to go', () =>
  expect(admit({ entries: [entry('a', 1), entry('b', 2)], disk: roomy }, policy, 40 * GIB)).toStrictEqual({
    ok: true,
    evict: [{ id: 'a', reason: 'size' }],
  }));

it('refuses an image with the facts, and then nothing has to go', () =>
  expect(
    admit({ entries: [entry('a', 1, { inUse: true }), entry('b', 2)], disk: roomy }, policy, 61 * GIB),
  ).toStrictEqual({
    ok: false,
    refused: {
      code: 'CACHE_FULL',
      needBytes: 61 * GIB,
      cachedBytes: 80 * GIB,
      inUseBytes: 40 * GIB,
      maxCacheBytes: 100 * GIB,
      freeBytes: 500 * GIB,
      keptFreeBytes: 100 * GIB,
    },
  }));

const time = fc.integer({ min: 0, max: 40 }).map((day) => isoTime(Date.UTC(2026, 0, 1) + day * 86_400_000));
const hosts: fc.Arbitrary<HostDisk> = fc.record({
  entries: fc
    .array(
      fc.record({
        sizeBytes: fc.integer({ min: 1, max: 60 }).map((gib) => gib * GIB),
        accessedAt: time,
        expiresAt: time,
        inUse: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.map((one, index) => ({ ...one, id: `e${index}` }))),
  disk: fc
    .record({ free: fc.integer({ min: 0, max: 400 }), rest: fc.integer({ min: 0, max: 600 }) })
    .map(({ free, rest }) => ({ freeBytes: free * GIB, totalBytes: (free + rest) * GIB })),
});
const policies: fc.Arbitrary<EvictionPolicy> = fc.record({
  maxCacheSizeGb: fc.integer({ min: 50, max: 200 }),
  minDiskFreePercent: fc.integer({ min: 5, max: 50 }),
  autoCleanupExpired: fc.boolean(),
  now: time,
});
const needs = fc.integer({ min: 0, max: 150 }).map((gib) => gib * GIB);

/** The host as it is when those are gone and so many bytes have come, and whether it keeps the policy's limits. */
const keepsLimits = (
  host: HostDisk,
  { maxCacheSizeGb, minDiskFreePercent }: EvictionPolicy,
  need: number,
) => {
  const cached = host.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, need);
  const kept = (host.disk.totalBytes * minDiskFreePercent) / 100;
  return cached <= maxCacheSizeGb * GIB && host.disk.freeBytes - need >= kept;
};
const without = (host: HostDisk, ids: readonly string[]): HostDisk => {
  const freed = host.entries.filter(({ id }) => ids.includes(id)).reduce((sum, e) => sum + e.sizeBytes, 0);
  return {
    entries: host.entries.filter(({ id }) => !ids.includes(id)),
    disk: { ...host.disk, freeBytes: host.disk.freeBytes + freed },
  };
};
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);

it('never evicts what is in use, and nothing twice', () =>
  fc.assert(
    fc.property(hosts, policies, (host, rules) => {
      const gone = idsOf(chooseEvictions(host, rules));
      expect(new Set(gone).size).toBe(gone.length);
      expect(host.entries.filter(({ id, inUse }) => inUse && gone.includes(id))).toStrictEqual([]);
    }),
  ));

it('ends within the limits, or with nothing left that may go', () =>
  fc.assert(
    fc.property(hosts, policies, (host, rules) => {
      const left = without(host, idsOf(chooseEvictions(host, rules)));
      expect(keepsLimits(left, rules, 0) || left.entries.every(({ inUse }) => inUse)).toBe(true);
    }),
  ));

it('keeps nothing that was used less recently than what it evicts for room', () =>
  fc.assert(
    fc.property(hosts, policies, (host, rules) => {
      const evictions = chooseEvictions(host, rules);
      const forRoom = idsOf(evictions.filter(({ reason }) => reason !== 'expired'));
      const kept = without(host, idsOf(evictions)).entries.filter(({ inUse }) => !inUse);
      for (const gone of host.entries.filter(({ id }) => forRoom.includes(id)))
        for (const { accessedAt } of kept) expect(accessedAt >= gone.accessedAt).toBe(true);
    }),
  ));

it('evicts no more than it must', () =>
  fc.assert(
    fc.property(hosts, policies, needs, (host, rules, need) => {
      const admission = admit(host, rules, need);
      const evict = admission.ok ? admission.evict : [];
      if (evict.at(-1)?.reason === 'expired' || evict.length === 0) return;
      expect(keepsLimits(without(host, idsOf(evict.slice(0, -1))), rules, need)).toBe(false);
    }),
  ));

it('admits exactly what fits once all has gone that may', () =>
  fc.assert(
    fc.property(hosts, policies, needs, (host, rules, need) => {
      const admission = admit(host, rules, need);
      const mayGo = idsOf(host.entries.filter(({ inUse }) => !inUse));
      expect(admission.ok).toBe(keepsLimits(without(host, mayGo), rules, need));
      if (admission.ok) expect(keepsLimits(without(host, idsOf(admission.evict)), rules, need)).toBe(true);
    }),
  ));

it('leaves what a policy that cleans up nothing calls expired, and evicts what another one does', () =>
  fc.assert(
    fc.property(hosts, policies, (host, rules) => {
      const reasons = (autoCleanupExpired: boolean) =>
        chooseEvictions(host, { ...rules, autoCleanupExpired }).filter(({ reason }) => reason === 'expired');
      const due = host.entries.filter(({ expiresAt = '~', inUse }) => !inUse && expiresAt <= rules.now);
      expect(reasons(false)).toStrictEqual([]);
      expect(idsOf(reasons(true)).sort()).toStrictEqual(idsOf(due).sort());
    }),
  ));
