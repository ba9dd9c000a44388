import { cacheDocument } from '@gild/cache-domain';
import {
  DEFAULT_POLICY,
  type GoldenImageCache,
  type CacheAnnouncement,
  ImageBuildPolicy,
  type ImageBuildPolicyInput,
  type RunningVm,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { cacheKeeper } from './cache-keeper.js';
import { type CacheUnderTest, cacheUnderTest, bytesOf } from './cache-under-test.spec.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

/** A keeper beside a farm whose policy and record a test changes. */
const keeperUnderTest = (recorded: () => Promise<readonly GoldenImageCache[]> = async () => []) => {
  const world = {
    policy: {} as ImageBuildPolicyInput,
    roots: [] as string[],
    announced: [] as CacheAnnouncement[],
    reports: [] as unknown[],
    running: [] as RunningVm[],
    failing: 0,
    /** How often it asked for the record. */
    looks: 0,
  };
  const farm = {
    policy: async () => {
      if (world.failing > 0) throw new Fault('UNAVAILABLE', `down ${world.failing--}`);
      return ImageBuildPolicy.parse({ ...DEFAULT_POLICY, min_disk_free_percent: 5, ...world.policy });
    },
    recorded: async (host: string) => {
      const entries = [...(await recorded())];
      world.looks += 1;
      return { host, entries, evicted: 0, damaged: 0 };
    },
    announce: async (_: string, events: readonly CacheAnnouncement[]) => void world.announced.push(...events),
    version: () => Promise.reject(new Error('nobody asks for a version')),
    wishes: async () => ({}),
    running: async () => world.running,
  };
  const { folder: _, policy: __, running: ____, announce: ___, ...deps } = test.deps();
  const keeper = cacheKeeper({
    ...deps,
    ...{ farm, clock: test.clock, usualRoot: test.root },
    isThere: async (path) => path.startsWith('/other/'),
    folderAt: (root) => {
      world.roots.push(root);
      return test.folder;
    },
    report: (error) => void world.reports.push(error),
  });
  return { world, keeper };
};

const types = (events: readonly CacheAnnouncement[]) => events.map(({ type }) => type);
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await test.clock.settle();
};
/** Minutes pass until it is so: files are read meanwhile, at a pace of their own. */
const inTime = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await test.clock.advance(MINUTE_MS);
};

it('announces at its start what the record lacks, and what it has too much', async () => {
  const cache = await test.open();
  await cache.pull(test.stored('web', bytesOf('w', 10)));
  const [here] = await cache.documents();
  if (here === undefined) throw new Error('nothing was pulled');
  const gone = cacheDocument({
    ...{ host: 'kvm-1', imageName: 'gone', version: '1.0.0', arch: 'x86_64', sha256: 'a'.repeat(64) },
    ...{ sizeBytes: 1, path: '/gone', format: 'qcow2', ttlDays: 1 },
    ...{ cachedAt: here.cached_at, expiresAt: here.expires_at },
  });
  const { world, keeper } = keeperUnderTest(async () => (gone === undefined ? [] : [gone]));
  keeper.start();
  await until(() => world.announced.length === 2);
  await keeper.stop();
  expect(world.announced).toMatchObject([
    { type: 'CacheEntryEvicted', data: { imageName: 'gone', reason: 'missing' } },
    { type: 'ImageCached', data: { imageName: 'web', host: 'kvm-1' } },
  ]);
});

it('leaves on record what another cache of the same name holds, and warns', async () => {
  const cache = await test.open();
  await cache.pull(test.stored('web', bytesOf('w', 10)));
  const [here] = await cache.documents();
  if (here === undefined) throw new Error('nothing was pulled');
  const other = { ...here, storage_path: '/other/images/web' };
  const alien = { ...other, cache_id: 'kvm-1/db@1.0.0/x86_64', image_name: 'db' };
  const { world, keeper } = keeperUnderTest(async () => [other, alien]);
  keeper.start();
  await until(() => world.reports.length > 0);
  await keeper.stop();
  expect(world.announced).toStrictEqual([]);
  expect(world.reports).toMatchObject([
    { message: expect.stringContaining('another cache is on record as kvm-1, with /other/images/web') },
  ]);
});

it('says nothing of an image that another process caches and announces meanwhile', async () => {
  const cache = await test.open();
  const { world, keeper } = keeperUnderTest(async () => {
    await cache.pull(test.stored('web', bytesOf('w', 10)));
    return cache.documents();
  });
  keeper.start();
  await until(() => world.looks === 1);
  await keeper.stop();
  expect(types(world.announced)).not.toContain('CacheEntryEvicted');
});

it('cleanup_interval_hours: evicts what has expired when it is time for it, and not before', async () => {
  await (await test.open()).pull(test.stored('web', bytesOf('w', 10)));
  const { world, keeper } = keeperUnderTest();
  world.policy = { cleanup_interval_hours: 24 * 40 };
  keeper.start();
  await until(() => world.announced.length === 1);
  await test.clock.advance(31 * DAY_MS);
  expect(types(world.announced)).toStrictEqual(['ImageCached']);
  world.policy = { cleanup_interval_hours: 1 };
  await inTime(() => types(world.announced).includes('CacheEntryEvicted'));
  await keeper.stop();
  expect(await test.folder.copies.all()).toStrictEqual([]);
});

it('cache_location: keeps the cache in a folder of its own where the policy has it', async () => {
  const { world, keeper } = keeperUnderTest();
  world.policy = { cache_location: '/srv/images' };
  keeper.start();
  await until(() => world.roots.length === 1);
  await keeper.stop();
  expect(world.roots).toStrictEqual(['/srv/images/gild-host-cache']);
});

it('says of a cache_location that is no absolute path what to do', async () => {
  const { world, keeper } = keeperUnderTest();
  world.policy = { cache_location: 'images' };
  keeper.start();
  await until(() => world.reports.length === 1);
  await keeper.stop();
  expect(world.reports).toMatchObject([
    { code: 'CACHE_REQUEST_INVALID', message: expect.stringContaining('found "images"') },
  ]);
});

it('tries again a minute later when the farm does not answer', async () => {
  const { world, keeper } = keeperUnderTest();
  world.failing = 1;
  keeper.start();
  await until(() => world.reports.length === 1);
  expect(world.roots).toStrictEqual([]);
  await inTime(() => world.roots.length === 1);
  await keeper.stop();
  expect(world.reports).toHaveLength(1);
});
