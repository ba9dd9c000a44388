import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@gild/ports';
import { clockOfTheHost, faultOf } from '@gild/testing';
import type { FillingProgress } from './host-cache-deps.js';
import { directoryHostCache } from '@gild/host-cache-directory';
import { bytesOf, type CacheUnderTest, cacheUnderTest, PIECE, sha256Of } from './cache-under-test.spec.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const DISK = bytesOf('a', 9 * PIECE + 7);
const down = new Fault('STORE_IO', 'the store is away', { retryable: true });
const listed = (folder: string) => readdir(join(test.root, folder));
const partials = () => listed('partial');

/** The store of the test, which ends with the error once it has given so many bytes. */
const failingAfter = (bytes: number, error: Error = down) => {
  const { source } = test;
  let left = bytes;
  return {
    head: source.head,
    readRange: async function* (key: string, start: number, end: number) {
      for await (const piece of source.readRange(key, start, end)) {
        const given = piece.subarray(0, left);
        left -= given.length;
        if (given.length > 0) yield given;
        if (given.length < piece.length) throw error;
      }
    },
  };
};

it('fills the cache with several ranges, and has the file under its digest', async () => {
  const image = test.stored('web', DISK);
  const cache = await test.open();
  const pulled = await cache.pull(image);
  expect(pulled).toStrictEqual({
    path: join(test.root, 'images', `${image.object.sha256}.qcow2`),
    sha256: image.object.sha256,
    filled: true,
    fetchedBytes: DISK.length,
  });
  expect(sha256Of(await readFile(pulled.path))).toBe(image.object.sha256);
  expect(test.source.ranges).toHaveLength(10);
  expect((await stat(pulled.path)).mode & 0o777).toBe(0o600);
  expect([await partials(), await listed('temporary'), await listed('holds')]).toStrictEqual([[], [], []]);
});

it('reads as many ranges at once as it is told, and no more', async () => {
  const image = test.stored('web', DISK);
  let now = 0;
  let most = 0;
  const source = {
    head: test.source.head,
    readRange: async function* (key: string, start: number, end: number) {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      yield* test.source.readRange(key, start, end);
      now -= 1;
    },
  };
  await (await test.open({ source, ranges: 3 })).pull(image);
  expect(most).toBe(3);
});

it('announces an image once it is on the disk, and only then', async () => {
  const image = test.stored('web', DISK);
  const found: unknown[] = [];
  const cache = await test.open({
    announce: async (event) => {
      const entry = await test.folder.copies.find(image.object.sha256);
      found.push(event.type, entry?.images.length);
      throw new Error('the record is away');
    },
  });
  await cache.pull(image);
  await cache.pull(image);
  expect(found).toStrictEqual(['ImageCached', 1]);
});

it('reads an image that is there instead of fetching it', async () => {
  const image = test.stored('web', DISK);
  await (await test.open()).pull(image);
  expect(await (await test.open()).pull(image)).toMatchObject({ filled: false, fetchedBytes: 0 });
  expect(test.source.bytes).toBe(DISK.length);
});

it('reads only the missing ranges after a filling was cut off', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  expect(await partials()).toHaveLength(2);
  const before = test.source.bytes;
  test.source.ranges.length = 0;
  const pulled = await (await test.open()).pull(image);
  expect(pulled).toMatchObject({ filled: true, fetchedBytes: DISK.length - 6 * PIECE });
  expect(test.source.ranges.map(({ start }) => start)).toStrictEqual([6000, 7000, 8000, 9000]);
  expect(test.source.bytes - before).toBe(DISK.length - 6 * PIECE);
});

it('goes on in the pieces of the filling that was cut off, whatever their length is now', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  expect(await (await test.open({ pieceBytes: 333 })).pull(image)).toMatchObject({
    fetchedBytes: DISK.length - 6 * PIECE,
  });
});

it('tells how far a filling has come, with what an earlier one left, up to all of it', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  const told: number[] = [];
  const filling = ({ receivedBytes, totalBytes }: FillingProgress) => {
    expect(totalBytes).toBe(DISK.length);
    told.push(receivedBytes);
  };
  await (await test.open({ filling })).pull(image);
  expect(told[0]).toBeGreaterThan(6 * PIECE);
  expect(told).toStrictEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBe(DISK.length);
});

it('does not count a piece whose line in the journal was cut off', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  const journal = join(test.root, 'partial', `${image.object.sha256}.pieces`);
  await writeFile(journal, (await readFile(journal, 'utf8')).slice(0, -1));
  await (await test.open({ source: failingAfter(0), ranges: 1 })).pull(image).catch(() => undefined);
  expect(await (await test.open()).pull(image)).toMatchObject({ fetchedBytes: DISK.length - 5 * PIECE });
});

it('fetches all of it again when what an earlier filling left is damaged', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  const part = join(test.root, 'partial', `${image.object.sha256}.part`);
  const bytes = await readFile(part);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  await writeFile(part, bytes);
  const pulled = await (await test.open()).pull(image);
  expect(sha256Of(await readFile(pulled.path))).toBe(image.object.sha256);
});

it('goes on in the middle of a piece when the connection was reset there', async () => {
  const image = test.stored('web', DISK);
  let resets = 1;
  const source = {
    head: test.source.head,
    readRange: async function* (key: string, start: number, end: number) {
      const isReset = start === 3000 && resets-- > 0;
      yield* test.source.readRange(key, start, isReset ? 3400 : end);
      if (isReset) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    },
  };
  await (await test.open({ source })).pull(image);
  expect(test.source.ranges).toContainEqual({ start: 3400, end: 4000 });
  expect(test.source.bytes).toBe(DISK.length);
  expect(test.pauses).toStrictEqual([500]);
});

it('takes a body that is too short for a cut connection', async () => {
  const image = test.stored('web', DISK);
  let short = 1;
  const source = {
    head: test.source.head,
    readRange: (key: string, start: number, end: number) =>
      test.source.readRange(key, start, start === 0 && short-- > 0 ? 10 : end),
  };
  await (await test.open({ source })).pull(image);
  expect(test.source.ranges).toContainEqual({ start: 10, end: 1000 });
});

it('gives a store that is down up after a few tries, says so retryably, and goes on later', async () => {
  const image = test.stored('web', DISK);
  const tried: number[] = [];
  const source = {
    head: test.source.head,
    readRange: (key: string, start: number, end: number) => {
      tried.push(start);
      return failingAfter(0).readRange(key, start, end);
    },
  };
  const cache = await test.open({ source, ranges: 1 });
  expect(await faultOf(cache.pull(image))).toMatchObject({ code: 'STORE_IO', retryable: true });
  expect(tried).toStrictEqual([0, 0, 0, 0, 0, 0]);
  expect(test.pauses).toStrictEqual([500, 1000, 2000, 4000, 8000]);
  expect(await (await test.open()).pull(image)).toMatchObject({ filled: true });
});

it('tries the store again after pauses of half to one and a half their length', async () => {
  const image = test.stored('web', DISK);
  const draws = [0, 0.999, 0.25, 0.75, 0.5];
  const source = { ...test.source, head: () => Promise.reject(down) };
  const cache = await test.open({ source, random: () => draws.shift() ?? 0 });
  await faultOf(cache.pull(image));
  expect(test.pauses).toStrictEqual([250, 1499, 1500, 5000, 8000]);
});

it('names an object that the store does not have, and keeps nothing of it', async () => {
  const image = test.stored('web', DISK);
  await faultOf((await test.open({ source: failingAfter(6500), ranges: 1 })).pull(image));
  test.objects.clear();
  expect(await faultOf((await test.open()).pull(image))).toMatchObject({ code: 'OBJECT_MISSING' });
  expect(await partials()).toStrictEqual([]);
});

it('has nothing of an image whose bytes in the store are wrong', async () => {
  const image = test.stored('web', DISK);
  test.objects.set(image.object.key, bytesOf('b', DISK.length));
  const cache = await test.open();
  expect(await faultOf(cache.pull(image))).toMatchObject({ code: 'OBJECT_DAMAGED' });
  expect([await cache.documents(), test.events, await partials(), await listed('images')]).toStrictEqual([
    [],
    [],
    [],
    [],
  ]);
});

it('fills once, however many in one process ask at the same time', async () => {
  const image = test.stored('web', DISK);
  const cache = await test.open();
  const pulled = await Promise.all([cache.pull(image), cache.pull(image, 'vm-1'), cache.pull(image, 'vm-2')]);
  expect(new Set(pulled.map(({ path }) => path)).size).toBe(1);
  expect(test.source.bytes).toBe(DISK.length);
  expect((await test.folder.holds.machines()).map(({ vmId }) => vmId).sort()).toStrictEqual(['vm-1', 'vm-2']);
  expect(test.events).toHaveLength(1);
});

it('fills once for two caches on one folder', async () => {
  const image = test.stored('web', DISK);
  const another = directoryHostCache({ root: test.root, clock: clockOfTheHost });
  const [one, two] = [await test.open(), await test.open({ folder: another })];
  const pulled = await Promise.all([one.pull(image), two.pull(image)]);
  expect(pulled.filter(({ filled }) => filled)).toHaveLength(1);
  expect(test.source.bytes).toBe(DISK.length);
});

it('keeps the same bytes of two versions once, with an entry for each', async () => {
  const cache = await test.open();
  const first = test.stored('web', DISK);
  await cache.pull(first);
  const pulled = await cache.pull({ ...first, version: '1.0.1' });
  expect(pulled).toMatchObject({ filled: false, fetchedBytes: 0 });
  expect((await cache.documents()).map((entry) => [entry.cache_id, entry.hit_count])).toStrictEqual([
    ['kvm-1/web@1.0.0/x86_64', 0],
    ['kvm-1/web@1.0.1/x86_64', 1],
  ]);
  expect(await cache.stats()).toMatchObject({ images: 2, copies: 1, cachedBytes: DISK.length });
});

it('keeps an image that has expired anew when it is pulled', async () => {
  const cache = await test.open();
  const image = test.stored('web', DISK, { ttlDays: 1 });
  await cache.pull(image);
  await test.clock.advance(86_400_000);
  expect(await cache.pull(image)).toMatchObject({ filled: false });
  const [entry] = await cache.documents();
  expect(Date.parse(entry?.expires_at ?? '') - Date.parse(test.clock.now())).toBe(86_400_000);
  expect(test.events.map(({ type }) => type)).toStrictEqual(['ImageCached', 'ImageCached']);
});

it('takes a file that was placed and not recorded, once it is verified', async () => {
  const image = test.stored('web', DISK);
  const cache = await test.open();
  const { path } = await cache.pull(image);
  await rm(join(test.root, 'entries', `${image.object.sha256}.json`));
  expect(await (await test.open()).pull(image)).toMatchObject({ filled: true, fetchedBytes: 0 });
  expect(test.source.bytes).toBe(DISK.length);
  await rm(join(test.root, 'entries', `${image.object.sha256}.json`));
  await writeFile(path, bytesOf('b', DISK.length));
  await (await test.open()).pull(image);
  expect(sha256Of(await readFile(path))).toBe(image.object.sha256);
});

it.each([0, 366, 1.5])('refuses to keep an image for %d days', async (ttlDays) => {
  const cache = await test.open();
  expect(await faultOf(cache.pull(test.stored('web', DISK, { ttlDays })))).toMatchObject({
    code: 'CACHE_REQUEST_INVALID',
  });
});

it.each([
  ['its definition', false, true],
  ['the policy', true, false],
])('caches nothing when %s does not let it', async (who, cacheEnabled, policyEnables) => {
  test.policy.cacheEnabled = policyEnables;
  const fault = await faultOf((await test.open()).pull(test.stored('web', DISK, { cacheEnabled })));
  expect(fault).toMatchObject({ code: 'CACHE_DISABLED', message: expect.stringContaining(who) });
});

it('leaves what is being filled for the next time when it is stopped', async () => {
  const image = test.stored('web', DISK);
  const stop = new AbortController();
  const source = {
    head: test.source.head,
    readRange: (key: string, start: number, end: number) => {
      if (start === 4000) stop.abort(new Error('stopped'));
      return test.source.readRange(key, start, end);
    },
  };
  const cache = await test.open({ source, stop: stop.signal, ranges: 1 });
  await expect(cache.pull(image)).rejects.toThrow('stopped');
  expect(await (await test.open()).pull(image)).toMatchObject({ fetchedBytes: DISK.length - 4 * PIECE });
});

it('works in a folder that was moved', async () => {
  const image = test.stored('web', DISK);
  await (await test.open()).pull(image);
  const root = join(test.root, '../elsewhere/cache');
  await mkdir(join(root, '..'));
  await rename(test.root, root);
  const cache = await test.open({ folder: directoryHostCache({ root, clock: clockOfTheHost }) });
  expect((await cache.open(image.object.sha256))?.path.startsWith(root)).toBe(true);
});
