import type { CacheAnnouncement } from '@gild/contracts';
import { accept, reject, scenario } from '@gild/kernel';
import { cacheRecord } from './cache-record.js';

const copy = {
  ...{ host: 'kvm-1', imageName: 'web', version: '1.0.0', arch: 'x86_64', sha256: 'a'.repeat(64) },
  ...{ sizeBytes: 10, path: '/cache/images/a.qcow2' },
};
const cached = (expiresAt = '2026-02-01T00:00:00.000Z') =>
  ({
    type: 'ImageCached',
    data: { ...copy, format: 'qcow2', ttlDays: 30, cachedAt: '2026-01-01T00:00:00.000Z', expiresAt },
  }) as const;
const evicted = { type: 'CacheEntryEvicted', data: { ...copy, reason: 'expired' } } as const;
const damaged = {
  type: 'CacheEntryDamaged',
  data: { ...copy, foundSha256: 'b'.repeat(64), foundBytes: 10, quarantinePath: '/cache/quarantine/a' },
} as const;
const announced = (...events: CacheAnnouncement[]) =>
  ({ type: 'AnnounceCache', data: { host: 'kvm-1', events } }) as const;
const [OURS, OTHER] = ['1'.repeat(32), '2'.repeat(32)];
const named = (cacheId: string, replaces?: string) =>
  ({ type: 'HostCacheNamed', data: { host: 'kvm-1', cacheId, ...(replaces && { replaces }) } }) as const;
const saidBy = (cacheId: string | undefined, takeOver?: boolean) =>
  ({ type: 'AnnounceCache', data: { host: 'kvm-1', events: [cached()], cacheId, takeOver } }) as const;

const given = scenario(cacheRecord);

const longer = cached('2026-03-01T00:00:00.000Z');

it.each([
  { what: 'an image that is new here', before: [], told: [cached()], recorded: [cached()] },
  { what: 'what it says already', before: [cached()], told: [cached()], recorded: [] },
  { what: 'an image kept for longer', before: [cached()], told: [longer], recorded: [longer] },
  { what: 'an image that went', before: [cached()], told: [evicted], recorded: [evicted] },
  {
    ...{ what: 'the same twice', before: [] },
    ...{ told: [cached(), cached(), damaged, damaged], recorded: [cached(), damaged] },
  },
  {
    ...{ what: 'an image that comes and goes', before: [] },
    ...{ told: [cached(), evicted], recorded: [cached(), evicted] },
  },
  { what: 'one going that was not here', before: [cached(), damaged], told: [evicted], recorded: [] },
])('records of $what only what is new', ({ before, told, recorded }) =>
  expect(given(...before).when(announced(...told))).toStrictEqual(accept(...recorded)),
);

it.each([
  { what: 'is of the first cache that has it', before: [], by: OURS, recorded: [named(OURS), cached()] },
  { what: 'stays with its cache', before: [named(OURS)], by: OURS, recorded: [cached()] },
  { what: 'is of nobody while nobody says who he is', before: [], by: undefined, recorded: [cached()] },
])('the name of a host $what', ({ before, by, recorded }) =>
  expect(given(...before).when(saidBy(by))).toStrictEqual(accept(...recorded)),
);

it('a second cache of the same name has nothing recorded, and is told whose the name is', () =>
  expect(given(named(OTHER)).when(saidBy(OURS))).toStrictEqual(
    reject({ code: 'CACHE_HOST_TAKEN', cacheId: OTHER }),
  ));

it('the name of a host goes over to the cache that takes it, and the other is refused then', () => {
  expect(given(named(OTHER)).when(saidBy(OURS, true))).toStrictEqual({
    ...{ ok: true, events: [named(OURS, OTHER), cached()] },
  });
  expect(given(named(OTHER), named(OURS, OTHER)).when(saidBy(OTHER))).toMatchObject({ ok: false });
});
