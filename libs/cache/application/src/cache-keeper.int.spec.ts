import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDocument, type CacheWishes } from '@gild/cache-domain';
import {
  DEFAULT_POLICY,
  type GoldenImageCache,
  type CacheAnnouncement,
  GoldenImageVersion,
  ImageBuildPolicy,
  type ImageBuildPolicyInput,
  type RunningVm,
} from '@gild/contracts';
import { directoryHostCache } from '@gild/host-cache-directory';
import { Fault, type HostCacheFolder } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import type { Announcer } from './cache-farm.js';
import { cacheKeeper } from './cache-keeper.js';
import type { HostCacheDeps, ImageSource } from './host-cache-deps.js';
import type { WantedImage } from './wanted-image.js';
import { type CacheUnderTest, cacheUnderTest, bytesOf } from './cache-under-test.spec.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const YEAR_H = 8_760;
const OURS = '1'.repeat(32);
const JOB = '01J00000000000000000000001';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const versionOf = ({ imageName, version, object }: WantedImage): GoldenImageVersion =>
  GoldenImageVersion.parse({
    ...{ image_name: imageName, version, build_number: 1, created_at: '2026-01-01T00:00:00.000Z' },
    ...{ created_by: 'ada', image_path: object.key, image_size_gb: 1, checksum: object.sha256 },
    ...{ taskserv_versions: {}, build_job_id: JOB, usage_count: 0, vm_instances: [], deprecated: false },
    ...{ arch: 'x86_64', channels: [], state: 'published' },
    artifacts: [
      {
        ...{ arch: 'x86_64', format: 'qcow2', path: object.key, checksum: object.sha256 },
        ...{ size_bytes: object.sizeBytes, size_gb: 1, build_job_id: JOB },
      },
    ],
  });

/** A folder that no host can make. */
const impossible = async (): Promise<string> => {
  const file = join(dirname(test.root), 'file');
  await writeFile(file, '');
  return join(file, 'images');
};

/** A keeper beside a farm whose policy and record a test changes. */
const keeperUnderTest = (
  recorded: () => Promise<readonly GoldenImageCache[]> = async () => [],
  more: Partial<HostCacheDeps> = {},
) => {
  const world = {
    policy: {} as ImageBuildPolicyInput,
    roots: [] as string[],
    announced: [] as CacheAnnouncement[],
    reports: [] as unknown[],
    running: [] as RunningVm[],
    failing: 0,
    /** Whose the host's name is on record. */
    owner: undefined as string | undefined,
    announcers: [] as Announcer[],
    /** The farm neither answers nor refuses. */
    silent: false,
    published: test.stored('web', bytesOf('w', 10)),
    wishes: {} as CacheWishes,
    folder: {} as Partial<HostCacheFolder>,
    places: [] as string[],
    /** How often it asked for the record. */
    looks: 0,
  };
  const farm = {
    policy: async () => {
      if (world.silent) return new Promise<never>(() => undefined);
      if (world.failing > 0) throw new Fault('UNAVAILABLE', `down ${world.failing--}`);
      return ImageBuildPolicy.parse({ ...DEFAULT_POLICY, min_disk_free_percent: 5, ...world.policy });
    },
    recorded: async (host: string) => {
      const entries = [...(await recorded())];
      world.looks += 1;
      return { host, entries, evicted: 0, damaged: 0, ...(world.owner && { cacheId: world.owner }) };
    },
    announce: async (_: string, events: readonly CacheAnnouncement[], by: Announcer) => {
      world.announcers.push(by);
      if (world.owner !== undefined && world.owner !== by.cacheId)
        throw new Fault('CACHE_HOST_TAKEN', `the name is that of ${world.owner}`);
      world.announced.push(...events);
    },
    version: async () => versionOf(world.published),
    wishes: async () => world.wishes,
    running: async () => world.running,
  };
  const memory = {
    cacheId: async () => OURS,
    places: async () => world.places,
    addPlace: async (place: string) => void world.places.push(place),
  };
  const { folder: _, policy: __, running: ____, announce: ___, ...deps } = { ...test.deps(), ...more };
  const keeper = cacheKeeper({
    ...deps,
    ...{ farm, clock: test.clock, usualRoot: test.root, memory },
    isThere: async (path) => path.startsWith('/other/'),
    folderAt: (root) => {
      world.roots.push(root);
      if (root.startsWith(dirname(test.root)) && root !== test.root)
        return directoryHostCache({ root, clock: clockOfTheHost });
      return { ...test.folder, ...world.folder };
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

it('cache_location: moves within a minute to where the policy has the cache now', async () => {
  const { world, keeper } = keeperUnderTest();
  keeper.start();
  await until(() => world.looks === 1);
  world.policy = { cache_location: '/srv/images' };
  await inTime(() => world.looks === 2);
  await keeper.stop();
  expect(world.roots).toStrictEqual([test.root, '/srv/images/gild-host-cache']);
});

it('says once whose the name of the host is, and announces nothing where it is that of a cache elsewhere', async () => {
  await (await test.open()).pull(test.stored('web', bytesOf('w', 10)));
  const { world, keeper } = keeperUnderTest();
  world.owner = '2'.repeat(32);
  keeper.start();
  await until(() => world.reports.length === 1);
  await keeper.stop();
  expect(world.reports).toMatchObject([{ code: 'CACHE_HOST_TAKEN' }]);
  expect([world.announced, world.announcers]).toStrictEqual([[], [{ cacheId: OURS }]]);
});

it('ends at once while the farm does not answer', async () => {
  const { world, keeper } = keeperUnderTest();
  world.silent = true;
  keeper.start();
  await test.clock.settle();
  await keeper.stop();
  expect([test.clock.monotonicMs(), world.reports]).toStrictEqual([0, []]);
});

it('ends within five seconds while its disk does not answer', async () => {
  const { world, keeper } = keeperUnderTest();
  let asked = 0;
  world.folder = {
    disk: () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    },
  };
  keeper.start();
  await until(() => asked > 0);
  const stopped = keeper.stop();
  await test.clock.settle();
  await test.clock.advance(5_000);
  await stopped;
  expect(test.clock.monotonicMs()).toBe(5_000);
});

it('cache_storage: leaves out a folder that cannot be opened any more, and says so once', async () => {
  await (await test.open()).pull(test.stored('web', bytesOf('w', 10)));
  const { world, keeper } = keeperUnderTest();
  const place = join(await impossible(), 'gild-host-cache');
  world.places = [place];
  expect(await (await keeper.cache()).documents()).toMatchObject([{ image_name: 'web' }]);
  await keeper.cache();
  await keeper.stop();
  expect(world.reports).toMatchObject([
    { code: 'CACHE_IO', message: expect.stringContaining(`${place} is left out`) },
  ]);
});

it('cache_storage: has one entry of an image that another folder has too, and the machines of both', async () => {
  const { keeper } = keeperUnderTest();
  const cache = await keeper.cache();
  const image = test.stored('web', bytesOf('w', 10));
  const { path } = await cache.pull(image, 'vm-1');
  await cache.pull({ ...image, storage: join(dirname(test.root), 'large') }, 'vm-2');
  await keeper.stop();
  expect((await cache.documents()).map((entry) => entry.storage_path)).toStrictEqual([path]);
  expect([...(await cache.inUse())]).toStrictEqual([[image.object.sha256, ['vm-1', 'vm-2']]]);
});

it('puts the record right a minute after that failed, whatever cleanup_interval_hours is', async () => {
  let failing = 1;
  const { world, keeper } = keeperUnderTest(async () => {
    if (failing-- > 0) throw new Fault('UNAVAILABLE', 'the farm is down');
    return [];
  });
  // Longer than any cleaning takes, however many minutes pass meanwhile.
  world.policy = { cleanup_interval_hours: YEAR_H };
  keeper.start();
  await until(() => world.reports.length === 1);
  await inTime(() => world.looks === 1 || test.clock.monotonicMs() > (YEAR_H - 1) * 60 * MINUTE_MS);
  await keeper.stop();
  expect([world.looks, world.reports.length]).toStrictEqual([1, 1]);
});

it('cache_location: is one folder however its path is written', async () => {
  const { world, keeper } = keeperUnderTest();
  world.policy = { cache_location: '/srv/old/../images/./' };
  await keeper.cache();
  await keeper.stop();
  expect(world.roots).toStrictEqual(['/srv/images/gild-host-cache']);
});

describe('a pull that is asked of the host', () => {
  const asked = { host: 'kvm-1', pullId: 'pull-0001', image: 'web', version: 'latest', waitMs: 0 };
  const ended = async (keeper: ReturnType<typeof keeperUnderTest>['keeper'], request = asked) => {
    for (;;) {
      const pull = await keeper.pull(request);
      if (pull.state === 'cached') return pull;
      await test.clock.settle();
    }
  };

  it('has the image here, tells how far it is meanwhile, and what became of it whoever asks again', async () => {
    const rest = Promise.withResolvers<undefined>();
    const source: ImageSource = {
      ...test.source,
      readRange: async function* (key, start, end) {
        yield* test.source.readRange(key, start, 4);
        await rest.promise;
        yield* test.source.readRange(key, 4, end);
      },
    };
    const { world, keeper } = keeperUnderTest(undefined, { source });
    const progress = { state: 'pulling', host: 'kvm-1' };
    expect(await keeper.pull(asked)).toStrictEqual({ ...progress, receivedBytes: 0, totalBytes: 0 });
    for (let pull = await keeper.pull(asked); pull.state === 'pulling' && pull.receivedBytes === 0;) {
      await test.clock.settle();
      pull = await keeper.pull(asked);
    }
    expect(await keeper.pull(asked)).toStrictEqual({ ...progress, receivedBytes: 4, totalBytes: 10 });
    rest.resolve(undefined);
    const pull = await ended(keeper);
    expect(pull).toMatchObject({
      ...{ host: 'kvm-1', filled: true, fetchedBytes: 10, entry: { image_name: 'web', host: 'kvm-1' } },
    });
    expect(await keeper.pull(asked)).toStrictEqual(pull);
    expect(types(world.announced)).toStrictEqual(['ImageCached']);
    expect(await ended(keeper, { ...asked, pullId: 'pull-0002' })).toMatchObject({ filled: false });
    await keeper.stop();
  });

  it('cache_storage: lies in the folder that the definition names, is kept there, and stays known', async () => {
    const { world, keeper } = keeperUnderTest();
    world.wishes = { cache_storage: '/srv/large' };
    await ended(keeper);
    expect(world.roots).toStrictEqual([test.root, '/srv/large/gild-host-cache']);
    expect(world.places).toStrictEqual(['/srv/large/gild-host-cache']);
    await keeper.stop();
    const next = keeperUnderTest();
    next.world.places = world.places;
    await next.keeper.cache();
    await next.keeper.stop();
    expect(next.world.roots).toStrictEqual([test.root, '/srv/large/gild-host-cache']);
  });

  it('cache_storage: fails where the folder cannot be made, which is not remembered', async () => {
    const { world, keeper } = keeperUnderTest();
    world.wishes = { cache_storage: await impossible() };
    await expect(ended(keeper)).rejects.toMatchObject({ code: 'CACHE_IO' });
    await keeper.stop();
    expect(world.places).toStrictEqual([]);
  });

  it('is refused with what is wrong: another host, a folder that is no absolute path, a host that stops', async () => {
    const { world, keeper } = keeperUnderTest();
    await expect(keeper.pull({ ...asked, host: 'elm' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    world.wishes = { cache_storage: 'large' };
    await expect(ended(keeper)).rejects.toMatchObject({
      ...{ code: 'CACHE_REQUEST_INVALID', message: expect.stringContaining('cache_storage of web') },
    });
    await keeper.stop();
    await expect(keeper.pull({ ...asked, pullId: 'pull-0003' })).rejects.toMatchObject({
      ...{ code: 'UNAVAILABLE', message: expect.stringContaining('about to stop') },
    });
  });
});
