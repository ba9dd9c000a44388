import { objectKeys, streams } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import { registryService } from '../registry-service.js';
import { registryUnderTest, sha256, web } from '../registry-under-test.spec.js';

const running: { stop: () => Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((registry) => registry.stop())));

let asked = 0;
const by = () => ({ requestId: `request-${String((asked += 1))}`, actor: 'ada' });
const first = { image: 'web', version: '1.0.0' };

/** A registry with `versions` versions of `web`, of which each has its own disk, and all share a layer. */
const withVersions = async (versions: number, objects?: (inner: ObjectStore) => ObjectStore) => {
  const under = registryUnderTest({ ...(objects && { objects }) });
  await under.registry.start();
  running.push(under.registry);
  const stored = async (key: string) => {
    const { created: _, ...object } = await under.deps.objects.put(key, new TextEncoder().encode(key));
    return object;
  };
  const ofLayers = async () => ({
    layers: [{ step: 'prepare_base', key: 'k'.repeat(64), object: await stored('layers/shared') }],
    packageState: await stored('package-states/shared'),
  });
  const publish = async (job: number, definition: object = web) => {
    await under.request(job, definition, { bump: 'minor' });
    const artifact = await under.report(job, 1, await ofLayers());
    await under.clock.settle();
    return artifact.object.key;
  };
  const disks: string[] = [];
  for (let job = 1; job <= versions; job += 1) disks.push(await publish(job));
  const left = () => [...under.contents.keys()].filter((key) => !key.startsWith('inputs/')).sort();
  return { ...under, publish, disks, left, ofLayers };
};

it('a deleted version leaves what others need, and its package list', async () => {
  const { registry, disks, left } = await withVersions(2);
  const packages = objectKeys.packages(sha256('[]'));
  expect(await registry.deleteVersion({ ...by(), ...first, reason: 'old' })).toMatchObject({
    ...{ state: 'deleted', state_reason: 'old' },
  });
  expect(left()).toStrictEqual([disks[1], 'layers/shared', 'package-states/shared', packages].sort());
  await registry.deleteVersion({ ...by(), image: 'web', version: '1.1.0' });
  expect(left()).toStrictEqual([packages]);
  expect(await registry.versions({ image: 'web' })).toStrictEqual([]);
  expect(await registry.versions({ image: 'web', deleted: true })).toHaveLength(2);
});

it('a number that was deleted is never given again', async () => {
  const { registry, request } = await withVersions(1);
  await registry.deleteVersion({ ...by(), ...first });
  expect((await request(2, web)).version).toBe('1.0.1');
  await expect(request(3, web, { version: '1.0.0' })).rejects.toMatchObject({ code: 'VERSION_EXISTS' });
});

it('a version is not deleted while a machine runs it, unless somebody insists', async () => {
  const { registry, disks, left } = await withVersions(1);
  await registry.reportVmStart({ actor: 'ada', vmId: 'vm-1', ...first, host: 'oak' });
  await expect(registry.deleteVersion({ ...by(), ...first })).rejects.toMatchObject({
    ...{ code: 'VERSION_IN_USE' },
    message:
      'web@1.0.0 is in use: the machine vm-1 runs it; --force overrules machines and versions built on it',
  });
  expect(left()).toContain(disks[0]);
  await registry.deleteVersion({ ...by(), ...first, force: true });
  expect(left()).not.toContain(disks[0]);
});

it('a version is not deleted while a build starts from it, and once that is over it can be', async () => {
  const { registry, request, fail, clock } = await withVersions(1);
  await request(7, { ...web, name: 'shop', base_image: { name: 'web', version: '^1' } });
  await expect(registry.deleteVersion({ ...by(), ...first, force: true })).rejects.toMatchObject({
    ...{ code: 'VERSION_IN_USE', message: expect.stringContaining('starts from it; wait for builds to end') },
  });
  await fail(7);
  await clock.settle();
  expect(await registry.deleteVersion({ ...by(), ...first })).toMatchObject({ state: 'deleted' });
});

it('no build is begun on a version that was deleted while its number was reserved', async () => {
  const world = await withVersions(1);
  const append = world.store.append.bind(world.store);
  world.store.append = async (stream, ...rest) => {
    world.store.append = append;
    const result = await append(stream, ...rest);
    // What the deleting registry does, as if it had not yet seen the reservation.
    await world.record(streams.image('web'), 'VersionDeleted', {
      version: '1.0.0',
      by: 'bob',
      forced: false,
    });
    return result;
  };
  const shop = { ...web, name: 'shop', base_image: { name: 'web', version: '^1' } };
  await expect(world.prepare(7, shop)).rejects.toMatchObject({
    ...{ code: 'CONFLICT', message: 'web@1.0.0 was deleted meanwhile; try again' },
  });
  expect((await world.typesOf(streams.image('shop'))).at(-1)).toBe('VersionReleased');
});

it('what a deleted version held is not verified, and says who deleted it', async () => {
  const { registry } = await withVersions(1);
  await registry.deleteVersion({ ...by(), ...first, reason: 'old' });
  await expect(registry.verifyArtifact(first)).rejects.toMatchObject({
    ...{ code: 'VERSION_WITHDRAWN', message: 'web@1.0.0 was deleted by ada: old' },
  });
});

it('a version is not deleted while another is built on it, unless somebody insists', async () => {
  const { registry, publish, left } = await withVersions(1);
  await publish(7, { ...web, name: 'shop', base_image: { name: 'web', version: '^1' } });
  await expect(registry.deleteVersion({ ...by(), ...first })).rejects.toMatchObject({
    message: expect.stringContaining('the version shop@1.0.0 is built on it'),
  });
  await registry.deleteVersion({ ...by(), ...first, force: true });
  expect(left()).toContain('layers/shared');
});

it('a registry removes at its start what one that died left', async () => {
  const { registry, deps, record, left, disks } = await withVersions(1);
  await registry.stop();
  await record(streams.image('web'), 'VersionDeleted', { version: '1.0.0', by: 'ada', forced: false });
  expect(left()).toContain(disks[0]);
  const next = registryService(deps);
  running.push(next);
  await next.start();
  expect(left()).not.toContain(disks[0]);
});

describe('an object that is stored again while it is being removed', () => {
  /** The disk of the first build, reported once more by the second, at the moment at which the first one's is deleted. */
  const racing = async () => {
    let meanwhile = async (): Promise<void> => undefined;
    const world = await withVersions(1, (inner) => ({
      ...inner,
      delete: async (key) => {
        const now = meanwhile;
        meanwhile = async () => undefined;
        await now();
        await inner.delete(key);
      },
    }));
    const again = async (job: number) => {
      await world.request(job, web, { bump: 'minor' });
      const bytes = new TextEncoder().encode('disk 1.1');
      const { created: _, ...object } = await world.deps.objects.put(world.disks[0] ?? '', bytes);
      await world.report(job, 1, { ...(await world.ofLayers()), object });
    };
    return { ...world, again, during: (work: () => Promise<void>) => void (meanwhile = work) };
  };
  const states = async ({ registry }: Awaited<ReturnType<typeof racing>>) =>
    (await registry.versions({ image: 'web' })).map(({ version, state }) => `${version} ${state}`);

  it('is spared when it was reported between its condemnation and the last look', async () => {
    const world = await racing();
    const append = world.store.append.bind(world.store);
    // Whoever condemns is overtaken by the report at once.
    world.store.append = async (stream, ...rest) => {
      const result = await append(stream, ...rest);
      if (rest[1][0]?.type === 'ObjectsCondemned') {
        world.store.append = append;
        await world.again(2);
      }
      return result;
    };
    await world.registry.deleteVersion({ ...by(), ...first });
    await world.clock.advance(5_000);
    expect(await world.typesOf(streams.storage('gild'))).toStrictEqual([
      ...['ObjectsCondemned', 'ObjectsSpared'],
    ]);
    expect(await states(world)).toStrictEqual(['1.1.0 published']);
  });

  it('is not published when it was reported after it, so that its build is done again', async () => {
    const world = await racing();
    world.during(() => world.again(2));
    await world.registry.deleteVersion({ ...by(), ...first });
    await world.clock.advance(5_000);
    expect(await states(world)).toStrictEqual([]);
    expect(await world.typesOf(streams.version('web', '1.1.0'))).toStrictEqual(['ArtifactRefused']);
  });
});
