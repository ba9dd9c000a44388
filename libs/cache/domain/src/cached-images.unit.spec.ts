import type { CacheAnnouncement } from '@gild/contracts';
import { fold } from '@gild/kernel';
import { cachedImages, type CachedImageFacts, cacheDocument, formOf } from './cached-images.js';

const copy = {
  host: 'kvm-1',
  imageName: 'web',
  version: '1.0.0',
  arch: 'x86_64',
  sha256: 'a'.repeat(64),
  sizeBytes: 3_221_225_472,
  path: `/cache/images/${'a'.repeat(64)}.qcow2`,
};
const image: CachedImageFacts = {
  ...copy,
  format: 'qcow2',
  ttlDays: 30,
  cachedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-31T00:00:00.000Z',
};
const cached: CacheAnnouncement = { type: 'ImageCached', data: image };
const evicted: CacheAnnouncement = { type: 'CacheEntryEvicted', data: { ...copy, reason: 'size' } };
const damaged: CacheAnnouncement = {
  type: 'CacheEntryDamaged',
  data: { ...copy, foundSha256: 'b'.repeat(64), foundBytes: 1, quarantinePath: '/cache/quarantine/x' },
};
const after = (...events: CacheAnnouncement[]) => [...fold(cachedImages, events).keys()];

it('knows by the record alone what a host holds, told once or twice', () => {
  expect(after(cached, cached)).toStrictEqual(['kvm-1/web@1.0.0/x86_64']);
  expect(after(cached, evicted, evicted)).toStrictEqual([]);
  expect(after(cached, damaged)).toStrictEqual([]);
  expect(after(cached, damaged, cached)).toStrictEqual(['kvm-1/web@1.0.0/x86_64']);
});

it('changes no state that somebody holds', () => {
  const before = fold(cachedImages, [cached]);
  cachedImages.evolve(before, evicted);
  expect(before.size).toBe(1);
});

it('shows an entry of the record as a document', () =>
  expect(cacheDocument(image)).toStrictEqual({
    cache_id: 'kvm-1/web@1.0.0/x86_64',
    image_name: 'web',
    image_version: '1.0.0',
    storage_path: copy.path,
    storage_format: 'qcow2',
    disk_size_gb: 3,
    cached_at: '2026-01-01T00:00:00.000Z',
    accessed_at: '2026-01-01T00:00:00.000Z',
    expires_at: '2026-01-31T00:00:00.000Z',
    ttl_days: 30,
    is_valid: true,
    checksum: 'a'.repeat(64),
    last_verification: '2026-01-01T00:00:00.000Z',
    access_count: 0,
    hit_count: 0,
    last_vm_created: undefined,
    host: 'kvm-1',
    arch: 'x86_64',
  }));

it('adds what the host counts', () =>
  expect(
    cacheDocument(image, {
      accessCount: 3,
      hitCount: 2,
      accessedAt: '2026-01-02T00:00:00.000Z',
      lastVerification: '2026-01-03T00:00:00.000Z',
      lastVmCreated: 'vm-7',
    }),
  ).toMatchObject({
    access_count: 3,
    hit_count: 2,
    accessed_at: '2026-01-02T00:00:00.000Z',
    last_verification: '2026-01-03T00:00:00.000Z',
    last_vm_created: 'vm-7',
  }));

it.each([
  ['raw', 'images/a.raw.zst', 'compressed'],
  ['raw', 'images/a.raw', 'raw'],
  ['qcow2', 'images/a.qcow2', 'qcow2'],
] as const)('calls a %s disk stored as %s %s', (format, key, form) => expect(formOf(format, key)).toBe(form));
