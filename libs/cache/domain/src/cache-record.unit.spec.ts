import type { CacheAnnouncement, HostCacheEvent } from '@gild/contracts';
import { accept, fold, reject, scenario } from '@gild/kernel';
import fc from 'fast-check';
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

const forget = (...machines: string[]) =>
  ({ type: 'ForgetHost', data: { host: 'kvm-1', by: 'ada', reason: 'sold', machines } }) as const;
const forgotten = {
  type: 'HostCacheForgotten',
  data: { host: 'kvm-1', by: 'ada', reason: 'sold' },
} as const;

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

describe('a host that is gone for good', () => {
  it('is forgotten, with what it held and whose its name was', () => {
    const known = [named(OURS), cached()];
    expect(given(...known).when(forget())).toStrictEqual(accept(forgotten));
    expect(given(...known, forgotten).when(saidBy(OTHER))).toStrictEqual(
      accept<HostCacheEvent>(named(OTHER), cached()),
    );
  });

  it('is forgotten once, and again after it came back', () => {
    expect(given(cached(), forgotten).when(forget('vm1'))).toStrictEqual(accept());
    expect(given(cached(), forgotten, named(OURS)).when(forget())).toStrictEqual(accept(forgotten));
  });

  it('has to have been there', () =>
    expect(given().when(forget())).toStrictEqual(reject({ code: 'CACHE_HOST_NOT_FOUND' })));

  it('is none while machines run on it', () =>
    expect(given(cached()).when(forget('vm1', 'vm2'))).toStrictEqual(
      reject({ code: 'CACHE_HOST_IN_USE', machines: ['vm1', 'vm2'] }),
    ));

  const anything = fc.array(
    fc.constantFrom(cached(), longer, evicted, damaged, named(OURS), named(OTHER, OURS), forgotten),
    { maxLength: 6 },
  );

  it('is on record with nothing but what is told of it afterwards', () =>
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        const { images, cacheId } = fold(cacheRecord, [...before, forgotten, ...after]);
        const { images: alone, cacheId: owner } = fold(cacheRecord, after);
        expect([[...images], cacheId]).toStrictEqual([[...alone], owner]);
      }),
    ));
});
