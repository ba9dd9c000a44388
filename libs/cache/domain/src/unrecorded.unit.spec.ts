import { cacheDocument, cachedImages, type CachedImageFacts } from './cached-images.js';
import { unrecorded } from './unrecorded.js';

const facts = (imageName: string, more: Partial<CachedImageFacts> = {}): CachedImageFacts => ({
  ...{ host: 'kvm-1', imageName, version: '1.0.0', arch: 'x86_64', sha256: 'a'.repeat(64) },
  ...{ sizeBytes: 123_456_789_012, path: `/cache/${imageName}`, format: 'qcow2', ttlDays: 30 },
  ...{ cachedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' },
  ...more,
});
const documents = (...of: CachedImageFacts[]) => of.flatMap((one) => cacheDocument(one) ?? []);
const cached = (data: CachedImageFacts) => ({ type: 'ImageCached', data }) as const;

it('announces nothing of a cache whose record is right', () =>
  expect(unrecorded(documents(facts('a')), documents(facts('a')))).toStrictEqual([]));

it('announces what the record lacks, with every fact of it', () =>
  expect(unrecorded(documents(facts('a'), facts('b')), documents(facts('a')))).toStrictEqual([
    cached(facts('b')),
  ]));

it.each([
  ['lies elsewhere', { path: '/elsewhere' }],
  ['is kept for longer', { expiresAt: '2026-03-01T00:00:00.000Z' }],
  ['has other bytes', { sha256: 'b'.repeat(64) }],
])('announces again what %s', (_, more) =>
  expect(unrecorded(documents(facts('a', more)), documents(facts('a')))).toStrictEqual([
    cached(facts('a', more)),
  ]),
);

it('announces that what the record has is missing, after which the record is right', () => {
  const events = unrecorded([], documents(facts('a')));
  expect(events).toMatchObject([{ type: 'CacheEntryEvicted', data: { imageName: 'a', reason: 'missing' } }]);
  const recorded = [cached(facts('a')), ...events].reduce(cachedImages.evolve, cachedImages.initial);
  expect([...recorded]).toStrictEqual([]);
});
