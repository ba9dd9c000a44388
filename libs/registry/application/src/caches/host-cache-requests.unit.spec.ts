import { streams } from '@gild/contracts';
import { hostCachesView } from '../views/host-caches-view.js';
import { registryUnderTest } from '../registry-under-test.spec.js';

const GIB = 1_073_741_824;
const copy = (host: string, imageName: string, sha256 = 'a') => ({
  ...{ host, imageName, version: '1.0.0', arch: 'x86_64', sha256: sha256.repeat(64) },
  ...{ sizeBytes: 2 * GIB, path: `/cache/images/${sha256}.qcow2` },
});
const cached = (host: string, imageName: string, sha256?: string) => ({
  type: 'ImageCached',
  data: {
    ...copy(host, imageName, sha256),
    ...{ format: 'qcow2', ttlDays: 30 },
    ...{ cachedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' },
  },
});
const evicted = (host: string, imageName: string) => ({
  type: 'CacheEntryEvicted',
  data: { ...copy(host, imageName), reason: 'expired' },
});

const hostsUnderTest = () => {
  const world = registryUnderTest();
  const announce = (host: string, ...events: unknown[]) =>
    world.registry.announceHostCache({ host, actor: 'ada', events });
  const recorded = async (host: string) => {
    const types: string[] = [];
    for await (const { type } of world.store.readStream(streams.hostCache(host))) types.push(type);
    return types;
  };
  return { ...world, announce, recorded };
};

describe('the cache of a host', () => {
  it('is on record as the host announced it, once', async () => {
    const { registry, announce, recorded } = hostsUnderTest();
    await announce('oak', cached('oak', 'web'), cached('oak', 'db', 'b'));
    const record = await announce('oak', cached('oak', 'web'), evicted('oak', 'db'));
    expect(record).toMatchObject({
      ...{ host: 'oak', evicted: 1, damaged: 0 },
      entries: [
        {
          ...{ cache_id: 'oak/web@1.0.0/x86_64', host: 'oak', storage_path: '/cache/images/a.qcow2' },
          ...{ disk_size_gb: 2, expires_at: '2026-01-31T00:00:00.000Z', access_count: 0 },
        },
      ],
    });
    expect(await registry.hostCache({ host: 'oak' })).toStrictEqual(record);
    expect(await recorded('oak')).toStrictEqual(['ImageCached', 'ImageCached', 'CacheEntryEvicted']);
  });

  it('is announced by that host alone', async () => {
    const { announce, recorded } = hostsUnderTest();
    await expect(announce('oak', cached('elm', 'web'))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('a host announces what happened to its own cache'),
    });
    expect([await recorded('oak'), await recorded('elm')]).toStrictEqual([[], []]);
  });

  it('is empty where nothing was ever announced', async () => {
    const { registry } = hostsUnderTest();
    expect(await registry.hostCache({ host: 'oak' })).toStrictEqual({
      ...{ host: 'oak', entries: [], evicted: 0, damaged: 0 },
    });
    expect(await registry.hostCaches()).toStrictEqual([]);
  });

  it('is told as of any moment, and in the history of the host', async () => {
    const { registry, store, announce } = hostsUnderTest();
    await announce('oak', cached('oak', 'web'));
    const before = (await store.head()) ?? '';
    await announce('oak', evicted('oak', 'web'));
    const at = async (moment?: string) =>
      (await registry.hostCaches({ at: moment })).map(({ entries }) => entries.length);
    expect([await at(before), await at()]).toStrictEqual([[1], [0]]);
    for (const subject of ['oak', 'host:oak'])
      expect((await registry.history({ subject })).entries.map(({ sentence }) => sentence)).toStrictEqual([
        'web@1.0.0 for x86_64 (2.00 GiB) is cached on oak until 2026-01-31T00:00:00.000Z',
        'web@1.0.0 for x86_64 (2.00 GiB) was removed from the cache of oak: its time was over',
      ]);
  });
});

it('has all caches in the document of the registry, with the disk space of their files', async () => {
  const { registry, announce } = hostsUnderTest();
  await announce('oak', cached('oak', 'web'), cached('oak', 'same-bytes'), cached('oak', 'db', 'b'));
  await announce('elm', cached('elm', 'web'));
  const { cache, total_cached_gb: gb } = await registry.registryDocument();
  expect(cache.map(({ cache_id: id }) => id)).toStrictEqual([
    'elm/web@1.0.0/x86_64',
    'oak/db@1.0.0/x86_64',
    'oak/same-bytes@1.0.0/x86_64',
    'oak/web@1.0.0/x86_64',
  ]);
  expect(gb).toBe(6);
});

it('rebuilds the view of caches to what is served', async () => {
  const { registry, announce } = hostsUnderTest();
  await announce('oak', cached('oak', 'web'), evicted('oak', 'web'));
  const { views } = await registry.verifyViews();
  expect(views.find(({ view }) => view === 'host-caches')).toMatchObject({ equal: true, events: 2 });
});

it('is read from events of hosts caches alone, which a log finds by their types', () =>
  expect(hostCachesView.filter.types).toStrictEqual([
    'ImageCached',
    'CacheEntryEvicted',
    'CacheEntryDamaged',
  ]));

describe('what makes no entry', () => {
  it.each([
    ['an image without a name', { imageName: '' }],
    ['an architecture there is none of', { arch: 'mips' }],
    ['a version that is none', { version: 'newest' }],
    ['a time that is none', { cachedAt: 'yesterday' }],
    ['a longer time than any', { ttlDays: 366 }],
    ['a digest in capitals', { sha256: 'A'.repeat(64) }],
    ['no path', { path: '' }],
  ])('is refused: %s', async (_, wrong) => {
    const { announce, recorded } = hostsUnderTest();
    const event = cached('oak', 'web');
    await expect(announce('oak', { ...event, data: { ...event.data, ...wrong } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(await recorded('oak')).toStrictEqual([]);
  });

  it('is left out where it is on record all the same', async () => {
    const { registry, announce, record } = hostsUnderTest();
    const wrong = cached('oak', 'db').data;
    await record(streams.hostCache('oak'), 'ImageCached', { ...wrong, cachedAt: 'yesterday' });
    await announce('oak', cached('oak', 'web'));
    expect((await registry.hostCache({ host: 'oak' })).entries).toMatchObject([{ image_name: 'web' }]);
    expect((await registry.registryDocument()).cache).toHaveLength(1);
  });
});
