import { streams } from '@gild/contracts';
import { hostCachesView } from '../views/host-caches-view.js';
import { vmsUnderTest } from '../vms/vms-under-test.spec.js';

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

const hostsUnderTest = async () => {
  const world = await vmsUnderTest();
  for (const image of ['db', 'same-bytes']) await world.publish(image, '1.0.0');
  const tell = (host: string, more: object) =>
    world.registry.announceHostCache({ host, actor: 'ada', events: [], ...more });
  const announce = (host: string, ...events: unknown[]) => tell(host, { events });
  const recorded = async (host: string) => {
    const types: string[] = [];
    for await (const { type } of world.store.readStream(streams.hostCache(host))) types.push(type);
    return types;
  };
  return { ...world, tell, announce, recorded };
};

describe('the cache of a host', () => {
  it('is on record as the host announced it, once', async () => {
    const { registry, announce, recorded } = await hostsUnderTest();
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
    const { announce, recorded } = await hostsUnderTest();
    await expect(announce('oak', cached('elm', 'web'))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('a host announces what happened to its own cache'),
    });
    expect([await recorded('oak'), await recorded('elm')]).toStrictEqual([[], []]);
  });

  it('records nothing of images and versions that nobody published, and the rest of what was told with them', async () => {
    const { announce, recorded } = await hostsUnderTest();
    const odd = cached('oak', 'web');
    const unknown = { ...odd, data: { ...odd.data, version: '7.0.0' } };
    const record = await announce('oak', cached('oak', 'nothing'), unknown, cached('oak', 'db', 'b'));
    expect(record.entries).toMatchObject([{ image_name: 'db' }]);
    expect(await recorded('oak')).toStrictEqual(['ImageCached']);
  });

  it('is of the first that names itself: a second one of that name is refused, until it takes over', async () => {
    const { tell, recorded, registry } = await hostsUnderTest();
    const [oak, other] = ['1'.repeat(32), '2'.repeat(32)];
    expect(await tell('oak', { cacheId: oak })).toMatchObject({ host: 'oak', entries: [], cacheId: oak });
    await expect(tell('oak', { cacheId: other, events: [cached('oak', 'web')] })).rejects.toMatchObject({
      code: 'CACHE_HOST_TAKEN',
      message: expect.stringMatching(
        /name of another cache \(1+\) than this one \(2+\).*GILD_CACHE_HOST.*take-over --host oak --id 2+$/,
      ),
    });
    expect(await recorded('oak')).toStrictEqual(['HostCacheNamed']);
    expect(await tell('oak', { cacheId: other, takeOver: true })).toMatchObject({ cacheId: other });
    expect((await registry.history({ subject: 'host:oak' })).entries.at(-1)?.sentence).toBe(
      'oak is the name of cache 222222222222 from here on, instead of 111111111111',
    );
  });

  it('is empty where nothing was ever announced', async () => {
    const { registry } = await hostsUnderTest();
    expect(await registry.hostCache({ host: 'oak' })).toStrictEqual({
      ...{ host: 'oak', entries: [], evicted: 0, damaged: 0 },
    });
    expect(await registry.hostCaches()).toStrictEqual([]);
  });

  it('is told as of any moment, and in the history of the host', async () => {
    const { registry, store, announce } = await hostsUnderTest();
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
  const { registry, announce } = await hostsUnderTest();
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
  const { registry, announce } = await hostsUnderTest();
  await announce('oak', cached('oak', 'web'), evicted('oak', 'web'));
  const { views } = await registry.verifyViews();
  expect(views.find(({ view }) => view === 'host-caches')).toMatchObject({ equal: true, events: 2 });
});

it('is read from events of hosts caches alone, which a log finds by their types', () =>
  expect(hostCachesView.filter.types).toStrictEqual([
    'HostCacheNamed',
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
    const { announce, recorded } = await hostsUnderTest();
    const event = cached('oak', 'web');
    await expect(announce('oak', { ...event, data: { ...event.data, ...wrong } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(await recorded('oak')).toStrictEqual([]);
  });

  it('is left out where it is on record all the same', async () => {
    const { registry, announce, record } = await hostsUnderTest();
    const wrong = cached('oak', 'db').data;
    await record(streams.hostCache('oak'), 'ImageCached', { ...wrong, cachedAt: 'yesterday' });
    await announce('oak', cached('oak', 'web'));
    expect((await registry.hostCache({ host: 'oak' })).entries).toMatchObject([{ image_name: 'web' }]);
    expect((await registry.registryDocument()).cache).toHaveLength(1);
  });
});
