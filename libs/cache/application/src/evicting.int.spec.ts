import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostCacheFolder } from '@gild/ports';
import { faultOf } from '@gild/testing';
import fc from 'fast-check';
import { bytesOf, type CacheUnderTest, cacheUnderTest, PIECE, sha256Of } from './cache-under-test.spec.js';
import { evictCopy } from './evict-copy.js';
import { REST_KEPT_MS } from './host-cache-deps.js';
import { openCopy } from './open-copy.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const GIB = 1_073_741_824;
const images = () => readdir(join(test.root, 'images'));
const named = (imageName: string) => ({ imageName, version: '1.0.0', arch: 'x86_64' }) as const;
const cachedNames = async () =>
  (await test.folder.copies.all()).flatMap((copy) => copy.images.map((i) => i.imageName)).sort();

/** Room for so many bytes in the cache. */
const limit = (bytes: number) => void (test.policy.maxCacheSizeGb = bytes / GIB);

const pulled = async (...names: string[]) => {
  const cache = await test.open();
  for (const name of names) {
    await test.clock.advance(1000);
    await cache.pull(test.stored(name, bytesOf(name, 2 * PIECE)));
  }
  return cache;
};

it('evicts what has expired, and says so', async () => {
  const cache = await pulled('a', 'b');
  await test.clock.advance(31 * 86_400_000);
  await cache.pull(test.stored('b', bytesOf('b', 2 * PIECE)));
  const evicted = await cache.clean();
  expect(evicted.map(({ copy, reason }) => [copy.images[0]?.imageName, reason])).toStrictEqual([
    ['a', 'expired'],
  ]);
  expect(test.events.at(-1)).toMatchObject({
    type: 'CacheEntryEvicted',
    data: { host: 'kvm-1', imageName: 'a', version: '1.0.0', reason: 'expired', sizeBytes: 2 * PIECE },
  });
  expect([await cachedNames(), await images()]).toStrictEqual([['b'], [expect.any(String)]]);
});

it('evicts all that nobody needs when somebody asks for that, and tells who needs the rest', async () => {
  const cache = await pulled('a', 'b', 'c');
  const used = await cache.use('vm-1', named('a'));
  const opened = await cache.open(named('b'));
  expect((await cache.clean('all')).map(({ reason }) => reason)).toStrictEqual(['requested']);
  expect(await cachedNames()).toStrictEqual(['a', 'b']);
  expect(await cache.inUse()).toStrictEqual(
    new Map([
      [used?.sha256, ['vm-1']],
      [opened?.sha256, []],
    ]),
  );
  await opened?.release();
  await cache.clean('all');
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('evicts what has expired when somebody asks for that, also where the policy leaves it', async () => {
  const cache = await pulled('a');
  test.policy.autoCleanupExpired = false;
  await test.clock.advance(31 * 86_400_000);
  expect(await cache.clean()).toStrictEqual([]);
  expect((await cache.clean('expired')).map(({ reason }) => reason)).toStrictEqual(['expired']);
});

it('evicts what was used least recently from a cache that is too large', async () => {
  const cache = await pulled('a', 'b', 'c');
  await test.clock.advance(1000);
  await (await cache.open(named('a')))?.release();
  limit(4 * PIECE);
  expect((await cache.clean()).map(({ reason }) => reason)).toStrictEqual(['size']);
  expect(await cachedNames()).toStrictEqual(['a', 'c']);
});

it('evicts for the share of the disk that stays free', async () => {
  await pulled('a', 'b');
  const folder: HostCacheFolder = {
    ...test.folder,
    disk: async () => {
      const gone = 2 - (await images()).length;
      return { freeBytes: PIECE + gone * 2 * PIECE, totalBytes: 20 * PIECE };
    },
  };
  test.policy.minDiskFreePercent = 10;
  expect((await (await test.open({ folder })).clean()).map(({ reason }) => reason)).toStrictEqual(['disk']);
  expect(await cachedNames()).toStrictEqual(['b']);
});

it('never evicts what a machine uses or somebody reads, whatever the limits are', async () => {
  const cache = await pulled('a', 'b', 'c');
  await cache.use('vm-1', named('a'));
  const opened = await cache.open(named('b'));
  limit(0);
  await cache.clean();
  expect(await cachedNames()).toStrictEqual(['a', 'b']);
  await opened?.release();
  await (await test.open()).clean();
  expect(await cachedNames()).toStrictEqual(['a']);
  await cache.release('vm-1');
  await cache.clean();
  expect([await cachedNames(), await images()]).toStrictEqual([[], []]);
});

it('makes room for what is pulled, and no more than it needs', async () => {
  const cache = await pulled('a', 'b', 'c');
  limit(6 * PIECE);
  await cache.pull(test.stored('d', bytesOf('d', PIECE)));
  expect(await cachedNames()).toStrictEqual(['b', 'c', 'd']);
});

it('refuses what does not fit with the facts, evicts nothing for it, and keeps nothing of it', async () => {
  const cache = await pulled('a', 'b');
  await cache.use('vm-1', named('a'));
  limit(4 * PIECE);
  const fault = await faultOf(cache.pull(test.stored('d', bytesOf('d', 3 * PIECE))));
  expect(fault).toMatchObject({
    code: 'CACHE_FULL',
    retryable: true,
    details: { needBytes: 3 * PIECE, inUseBytes: 2 * PIECE, maxCacheBytes: 4 * PIECE },
  });
  expect([await cachedNames(), await readdir(join(test.root, 'partial'))]).toStrictEqual([['a', 'b'], []]);
  await cache.release('vm-1');
  expect(await cache.pull(test.stored('d', bytesOf('d', 3 * PIECE)))).toMatchObject({ filled: true });
});

it('promises the same room to one filling only, before a byte of it is there', async () => {
  limit(5 * PIECE);
  const [reading, rest] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const source = {
    head: test.source.head,
    readRange: async function* (key: string, start: number, end: number) {
      reading.resolve(undefined);
      await rest.promise;
      yield* test.source.readRange(key, start, end);
    },
  };
  const cache = await test.open({ source });
  const first = cache.pull(test.stored('x', bytesOf('x', 3 * PIECE)));
  await reading.promise;
  expect(await faultOf(cache.pull(test.stored('y', bytesOf('y', 3 * PIECE))))).toMatchObject({
    code: 'CACHE_FULL',
    details: { cachedBytes: 3 * PIECE },
  });
  rest.resolve(undefined);
  expect(await first).toMatchObject({ filled: true });
  expect(await cachedNames()).toStrictEqual(['x']);
});

it('evicts what an earlier filling left when there is no room', async () => {
  const cache = await pulled('a');
  await writeFile(join(test.root, 'partial', `${'e'.repeat(64)}.part`), new Uint8Array(8 * PIECE));
  limit(9 * PIECE);
  await cache.clean();
  expect(await readdir(join(test.root, 'partial'))).toStrictEqual([]);
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('forgets counts of images that have not been asked for in a week and are not here', async () => {
  const cache = await pulled('a');
  await cache.open(named('z'));
  await cache.clean();
  expect(await test.folder.counts.all()).toHaveLength(2);
  await test.clock.advance(REST_KEPT_MS + 1);
  await cache.clean();
  expect((await test.folder.counts.all()).map(({ image }) => image.imageName)).toStrictEqual(['a']);
});

/** The folder with every call in the order the scheduler chooses. */
const scheduled = (folder: HostCacheFolder, s: fc.Scheduler, onCall = () => {}): HostCacheFolder => {
  const wrap = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, call]) => [
        name,
        typeof call === 'function'
          ? async (...args: unknown[]) => {
              const turn = s.schedule(Promise.resolve(), name);
              onCall();
              await turn;
              return (call as (...given: unknown[]) => unknown)(...args);
            }
          : call,
      ]),
    ) as T;
  const copies = wrap(folder.copies);
  return {
    ...folder,
    holds: wrap(folder.holds),
    copies: {
      ...copies,
      hide: async (sha256) => {
        const hidden = await copies.hide(sha256);
        return hidden && wrap(hidden);
      },
    },
  };
};

it('row 38: an eviction that races opening and using takes nothing away from anybody', async () => {
  let served = 0;
  let evictions = 0;
  const property = fc.asyncProperty(fc.scheduler(), fc.nat(5), fc.boolean(), async (s, later, isNamed) => {
    const image = test.stored('a', bytesOf('a', 2 * PIECE));
    await (await test.open()).pull(image);
    const deps = { ...test.deps(), folder: scheduled(test.folder, s) };
    const which = isNamed ? named('a') : image.object.sha256;
    const begun = Promise.withResolvers<undefined>();
    let calls = 0;
    const step = () => {
      calls += 1;
      if (calls > later) begun.resolve(undefined);
    };
    const evictor = { ...deps, folder: scheduled(test.folder, s, step) };
    const evicting = evictCopy(evictor, image.object.sha256, 'size');
    const opening = Promise.race([begun.promise, evicting]).then(() => openCopy(deps, which));
    await s.waitFor(Promise.all([evicting, opening]));
    const [evicted, opened] = [await evicting, await opening];
    if (opened !== undefined) {
      served += 1;
      expect(evicted).toBeUndefined();
      expect(sha256Of(await readFile(opened.path))).toBe(image.object.sha256);
      expect(await test.folder.copies.find(image.object.sha256)).toBeDefined();
      await s.waitFor(opened.release());
    }
    if (evicted !== undefined) {
      evictions += 1;
      expect([opened, await images()]).toStrictEqual([undefined, []]);
    }
  });
  await fc.assert(property, { numRuns: 60, endOnFailure: true });
  expect(served).toBeGreaterThan(0);
  expect(evictions).toBeGreaterThan(0);
}, 60_000);
