import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedImages, cacheDocument } from '@gild/cache-domain';
import { fold } from '@gild/kernel';
import { bytesOf, type CacheUnderTest, cacheUnderTest, PIECE, sha256Of } from './cache-under-test.spec.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const DISK = bytesOf('a', 4 * PIECE);
const OTHER = bytesOf('b', 3 * PIECE);
const WEB = { imageName: 'web', version: '1.0.0', arch: 'x86_64' } as const;

const flipBit = async (path: string, at = 1234) => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  await writeFile(path, bytes);
};
const listed = (folder: string) => readdir(join(test.root, folder));

it('opens an image by its name or its digest, and counts that it could', async () => {
  const cache = await test.open();
  const { object } = test.stored('web', DISK);
  const { path } = await cache.pull(test.stored('web', DISK));
  await test.clock.advance(5000);
  for (const which of [WEB, object.sha256]) {
    const opened = await cache.open(which);
    expect(opened).toMatchObject({ path, sha256: object.sha256, sizeBytes: DISK.length, image: WEB });
    await opened?.release();
  }
  expect(await cache.documents()).toMatchObject([
    { access_count: 3, hit_count: 2, accessed_at: test.clock.now(), last_verification: test.clock.now() },
  ]);
});

it('counts that an image was asked for which is not here', async () => {
  const cache = await test.open();
  expect(await cache.open(WEB)).toBeUndefined();
  expect(await cache.open('c'.repeat(64))).toBeUndefined();
  await cache.pull(test.stored('web', DISK));
  expect(await cache.documents()).toMatchObject([{ access_count: 2, hit_count: 0 }]);
});

it('keeps counts, machines and entries when it starts again', async () => {
  const before = await test.open();
  await before.pull(test.stored('web', DISK), 'vm-1');
  await before.use('vm-2', WEB);
  const documents = await before.documents();
  expect(documents).toMatchObject([{ access_count: 2, hit_count: 1, last_vm_created: 'vm-2' }]);
  const after = await test.open();
  expect(await after.documents()).toStrictEqual(documents);
  expect(await after.stats()).toMatchObject({
    images: 1,
    machines: 2,
    inUse: 1,
    accessCount: 2,
    hitCount: 1,
  });
});

describe('row 24: a flipped bit in a cached image', () => {
  it('is found on open: the copy is put aside, never served, and said to be damaged', async () => {
    const cache = await test.open();
    const { path, sha256 } = await cache.pull(test.stored('web', DISK));
    await flipBit(path);
    const damaged = sha256Of(await readFile(path));
    expect(await cache.open(WEB)).toBeUndefined();
    expect([await cache.documents(), await listed('images')]).toStrictEqual([[], []]);
    const [, event] = test.events;
    expect(event).toMatchObject({
      type: 'CacheEntryDamaged',
      data: { imageName: 'web', sha256, foundSha256: damaged, foundBytes: DISK.length, path },
    });
    const aside = (event?.data as { quarantinePath: string }).quarantinePath;
    expect(sha256Of(await readFile(aside))).toBe(damaged);
    expect(await cache.stats()).toMatchObject({ accessCount: 2, hitCount: 0, quarantined: 2 });
  });

  it('is found by a pull, which fetches the image again: the machine gets the clean bytes', async () => {
    const cache = await test.open();
    const image = test.stored('web', DISK);
    const { path } = await cache.pull(image);
    await flipBit(path);
    expect(await cache.pull(image, 'vm-1')).toMatchObject({ path, filled: true });
    expect(sha256Of(await readFile(path))).toBe(image.object.sha256);
    expect(test.events.map(({ type }) => type)).toStrictEqual([
      'ImageCached',
      'CacheEntryDamaged',
      'ImageCached',
    ]);
  });

  it('is found by verify, which tells of each entry and fetches again', async () => {
    const cache = await test.open();
    await cache.pull(test.stored('web', DISK));
    const { path, sha256 } = await cache.pull(test.stored('db', OTHER));
    await cache.pull(test.stored('db', OTHER, { version: '1.0.1' }));
    await flipBit(path);
    const sound = await cache.verify();
    expect(
      sound.map(({ imageName, version, outcome }) => [imageName, version, outcome]).sort(),
    ).toStrictEqual([
      ['db', '1.0.0', 'refetched'],
      ['db', '1.0.1', 'refetched'],
      ['web', '1.0.0', 'sound'],
    ]);
    expect(sha256Of(await readFile(path))).toBe(sha256);
    expect(await cache.documents()).toHaveLength(3);
  });

  it('leaves the cache without the image when it cannot be fetched again, and verify says why', async () => {
    const cache = await test.open();
    const { path } = await cache.pull(test.stored('web', DISK));
    await flipBit(path);
    test.objects.clear();
    expect(await cache.verify()).toMatchObject([{ outcome: 'damaged', code: 'OBJECT_MISSING' }]);
    expect(await cache.documents()).toStrictEqual([]);
  });

  it('is not blamed on the file that has taken the place of the damaged one', async () => {
    const cache = await test.open();
    const image = test.stored('web', DISK);
    const { path } = await cache.pull(image);
    await flipBit(path);
    const [copy] = await test.folder.copies.all();
    const measured = copy && (await test.folder.copies.measure(copy));
    if (copy === undefined || measured === undefined) throw new Error('the copy was not measured');
    await cache.pull(image);
    expect(await test.folder.copies.quarantine(copy, measured)).toBeUndefined();
    expect(await cache.open(WEB)).toBeDefined();
  });
});

it('finds that a file of a copy is too short or too long', async () => {
  const cache = await test.open();
  const { path } = await cache.pull(test.stored('web', DISK));
  await writeFile(path, DISK.subarray(1));
  expect(await cache.verify()).toMatchObject([{ outcome: 'refetched' }]);
  expect((await stat(path)).size).toBe(DISK.length);
});

it('lets a machine have one image: the last it was given', async () => {
  const cache = await test.open();
  await cache.pull(test.stored('web', DISK), 'vm/1');
  const other = await cache.pull(test.stored('db', OTHER), 'vm/1');
  expect(await test.folder.holds.machines()).toStrictEqual([{ vmId: 'vm/1', sha256: other.sha256 }]);
  await cache.release('vm/1');
  await cache.release('vm-unknown');
  expect(await test.folder.holds.machines()).toStrictEqual([]);
  expect(await cache.use('vm-2', { ...WEB, version: '2.0.0' })).toBeUndefined();
});

it('tells its entries wholly by events, counts apart', async () => {
  const cache = await test.open();
  await cache.pull(test.stored('web', DISK));
  await cache.pull(test.stored('db', OTHER));
  const web = await cache.pull(test.stored('web', bytesOf('c', PIECE), { version: '2.0.0', format: 'raw' }));
  await flipBit(web.path, 5);
  await cache.open(web.sha256);
  const known = [...fold(cachedImages, test.events).values()].flatMap((image) => cacheDocument(image) ?? []);
  const onDisk = await cache.documents();
  const uncounted = onDisk.map((entry) => ({
    ...entry,
    ...{ access_count: 0, hit_count: 0, accessed_at: entry.cached_at, last_verification: entry.cached_at },
  }));
  const byId = (a: { cache_id: string }, b: { cache_id: string }) => (a.cache_id < b.cache_id ? -1 : 1);
  expect(known.sort(byId)).toStrictEqual([...uncounted].sort(byId));
  expect(known).toHaveLength(2);
});
