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
  const forget = (host: string, more: object = {}) =>
    world.registry.forgetHostCache({ host, actor: 'bob', reason: 'its rack was sold', ...more });
  const recorded = async (host: string) => {
    const types: string[] = [];
    for await (const { type } of world.store.readStream(streams.hostCache(host))) types.push(type);
    return types;
  };
  return { ...world, tell, announce, forget, recorded };
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
    'HostCacheForgotten',
  ]));

describe('a host that is forgotten', () => {
  it('is in no list, document or record any more, but in those of before, and in its history', async () => {
    const { registry, store, announce, forget } = await hostsUnderTest();
    await announce('oak', cached('oak', 'web'), cached('oak', 'db', 'b'));
    await announce('elm', cached('elm', 'web'));
    const before = (await store.head()) ?? '';
    const told = async (at?: string) => {
      const hosts = (await registry.hostCaches({ at })).map(({ host }) => host);
      const { cache, total_cached_gb: gb } = await registry.registryDocument({ at });
      return { hosts, entries: cache.map(({ cache_id: id }) => id), gb };
    };
    const then = await told();
    expect(await forget('oak')).toStrictEqual({ host: 'oak', recorded: true, entries: 2 });
    expect(await told()).toStrictEqual({ hosts: ['elm'], entries: ['elm/web@1.0.0/x86_64'], gb: 2 });
    expect(await told(before)).toStrictEqual(then);
    expect(await registry.hostCache({ host: 'oak' })).toMatchObject({ entries: [], evicted: 0 });
    const { entries } = await registry.history({ subject: 'host:oak' });
    expect([entries.length, entries.at(-1)?.sentence]).toStrictEqual([
      3,
      'bob had oak forgotten, with what its cache held: its rack was sold',
    ]);
    expect((await registry.verifyViews()).views.filter(({ equal }) => !equal)).toStrictEqual([]);
  });

  it('is forgotten once', async () => {
    const { announce, forget, recorded } = await hostsUnderTest();
    await announce('oak', cached('oak', 'web'));
    await forget('oak');
    expect(await forget('oak')).toStrictEqual({ host: 'oak', recorded: false, entries: 0 });
    expect(await recorded('oak')).toStrictEqual(['ImageCached', 'HostCacheForgotten']);
  });

  it('stays on record when the request is repeated after it came back, and is told what the first one did', async () => {
    const { registry, announce, forget, start, recorded } = await hostsUnderTest();
    const [first, second] = [{ requestId: 'request-1' }, { requestId: 'request-2' }];
    await announce('oak', cached('oak', 'web'), cached('oak', 'db', 'b'));
    const answer = { host: 'oak', recorded: true, entries: 2 };
    expect(await forget('oak', first)).toStrictEqual(answer);
    expect(await forget('oak', first)).toStrictEqual(answer);
    expect(await forget('oak', second)).toStrictEqual({ host: 'oak', recorded: false, entries: 0 });
    await announce('oak', cached('oak', 'web'));
    await start('vm1', 'web@1.0.0');
    expect(await forget('oak', first)).toStrictEqual(answer);
    expect((await registry.hostCache({ host: 'oak' })).entries).toMatchObject([{ image_name: 'web' }]);
    expect((await recorded('oak')).slice(2)).toStrictEqual(['HostCacheForgotten', 'ImageCached']);
  });

  it.each([{ reason: 'it burnt' }, { actor: 'eve' }])(
    'is not said to be forgotten as %j says by the id of another request',
    async (other) => {
      const { announce, forget } = await hostsUnderTest();
      await announce('oak', cached('oak', 'web'));
      await forget('oak', { requestId: 'request-1' });
      await expect(forget('oak', { requestId: 'request-1', ...other })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('was used for another request before'),
      });
    },
  );

  it('is on record again with what it announces then, also what it announced before, and under the name of whoever is first', async () => {
    const { registry, tell, forget } = await hostsUnderTest();
    const [old, anew] = ['1'.repeat(32), '2'.repeat(32)];
    await tell('oak', { cacheId: old, events: [cached('oak', 'web'), cached('oak', 'db', 'b')] });
    await forget('oak');
    const record = await tell('oak', { cacheId: anew, events: [cached('oak', 'web')] });
    expect(record).toMatchObject({ cacheId: anew, entries: [{ image_name: 'web' }] });
    expect(record.entries).toHaveLength(1);
    expect(await registry.hostCaches()).toStrictEqual([record]);
  });

  it.each([
    { host: 'oka', expected: 'did you mean oak?' },
    { host: 'willow.example', expected: 'on record: elm, oak' },
  ])('has to be on record: $host is refused, and $expected', async ({ host, expected }) => {
    const { announce, forget, recorded } = await hostsUnderTest();
    await announce('oak', cached('oak', 'web'));
    await announce('elm', cached('elm', 'web'));
    await expect(forget(host)).rejects.toMatchObject({
      code: 'CACHE_HOST_NOT_FOUND',
      message: expect.stringContaining(expected),
    });
    expect(await recorded(host)).toStrictEqual([]);
  });

  it('is none that machines run on, which are named; once they stopped or moved it is', async () => {
    const { announce, forget, start, stop, recorded } = await hostsUnderTest();
    await announce('oak', cached('oak', 'web'));
    await start('vm1', 'web@1.0.0');
    await start('vm2', 'web@1.0.0');
    await start('vm3', 'web@1.0.0', { host: 'elm' });
    await expect(forget('oak')).rejects.toMatchObject({
      code: 'CACHE_HOST_IN_USE',
      message: expect.stringMatching(/^the VMs vm1, vm2 run on oak .*gild vm stop/),
      details: { machines: ['vm1', 'vm2'] },
    });
    expect(await recorded('oak')).toStrictEqual(['ImageCached']);
    await stop('vm1');
    await start('vm2', 'web@1.0.0', { host: 'elm' });
    expect(await forget('oak')).toMatchObject({ recorded: true });
  });
});

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
