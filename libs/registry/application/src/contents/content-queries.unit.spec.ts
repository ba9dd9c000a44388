import { type InstalledPackage, objectKeys, type StoredObject } from '@gild/contracts';
import { OTHER, registryUnderTest, sha256, web } from '../registry-under-test.spec.js';

const BASH: InstalledPackage = { name: 'bash', version: '5.2.15-2', arch: 'amd64', source: 'bash' };
const LIBC: InstalledPackage = { name: 'libc6', version: '2.36-9', arch: 'amd64', source: 'glibc' };
const both = { ...web, arch: ['x86_64', 'aarch64'] };
const asked = { image: 'web', version: '1.0.0' };

const started = async () => {
  const world = registryUnderTest();
  await world.registry.start();
  const store = async (list: string): Promise<StoredObject> => {
    const bytes = new TextEncoder().encode(list);
    const { key, sizeBytes } = await world.deps.objects.put(objectKeys.packages(sha256(list)), bytes);
    return { key, sizeBytes, sha256: sha256(list) };
  };
  const publish = async (job: number, list: unknown, definition: object = web) => {
    await world.request(job, definition);
    const packages = await store(typeof list === 'string' ? list : JSON.stringify(list));
    await world.report(job, 1, { packages });
    return packages;
  };
  const settled = () => world.clock.settle();
  return { ...world, store, publish, settled };
};

describe('the bill of materials', () => {
  it('of a version is written of the packages that were stored with it', async () => {
    const { registry, publish, settled } = await started();
    await publish(1, [BASH, LIBC]);
    await settled();
    const version = await registry.version(asked);
    const spdx = await registry.sbom(asked);
    expect(spdx).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      name: 'web@1.0.0 x86_64',
      creationInfo: { created: '2026-11-23T09:00:00Z' },
      packages: [
        {
          name: 'web',
          checksums: [{ checksumValue: version.checksum }],
          comment: 'taskservs: nginx 1.22.1-9',
        },
        { name: 'debian', versionInfo: '12' },
        { name: 'bash', versionInfo: '5.2.15-2' },
        { name: 'libc6', sourceInfo: 'built package from: glibc 2.36-9' },
      ],
    });
    const cyclonedx = await registry.sbom({ ...asked, version: 'latest', format: 'cyclonedx' });
    expect(cyclonedx).toMatchObject({
      specVersion: '1.6',
      components: [{ name: 'debian' }, { name: 'bash' }, { name: 'libc6' }],
    });
    await registry.stop();
  });

  it('stays as it is, whatever is published afterwards', async () => {
    const { registry, publish, settled, clock } = await started();
    await publish(1, [BASH]);
    await settled();
    const first = await registry.sbom(asked);
    await clock.advance(86_400_000);
    await publish(2, [BASH, LIBC], { ...web, taskservs: ['nginx', 'redis'] });
    await settled();
    expect(await registry.sbom(asked)).toStrictEqual(first);
    expect(await registry.sbom({ image: 'web', version: 'latest' })).not.toStrictEqual(first);
    expect(
      await registry.sbom({ image: 'web', version: 'latest', at: '2026-11-23T09:00:00Z' }),
    ).toStrictEqual(first);
    await registry.stop();
  });

  it('is that of the version a channel points to, and of a revoked one by its number', async () => {
    const { registry, publish, settled } = await started();
    await publish(1, [BASH]);
    await settled();
    const first = await registry.sbom(asked);
    await publish(2, [LIBC], { ...web, disk_size_gb: 50 });
    await settled();
    const by = { actor: 'ada', image: 'web', version: '1.0.0' };
    await registry.promote({ ...by, requestId: 'request-1', channel: 'stable' });
    expect(await registry.sbom({ image: 'web', version: ':stable' })).toStrictEqual(first);
    await registry.revoke({ ...by, requestId: 'request-2', reason: 'leaks' });
    expect(await registry.sbom(asked)).toStrictEqual(first);
    await expect(registry.sbom({ image: 'web', version: ':stable' })).rejects.toMatchObject({
      code: 'VERSION_WITHDRAWN',
    });
    await registry.stop();
  });

  it('has each package once, and takes the lists of earlier releases', async () => {
    const { registry, publish, settled } = await started();
    await publish(1, [BASH, { ...BASH, further: true }]);
    await settled();
    expect((await registry.sbom(asked)) as object).toHaveProperty('packages.length', 3);
    await registry.stop();
  });

  it('of a version with several architectures is that of the one named', async () => {
    const { registry, publish, report, store, settled } = await started();
    await publish(1, [BASH], both);
    await report(OTHER + 1, 1, { arch: 'aarch64', packages: await store(JSON.stringify([LIBC])) });
    await settled();
    await expect(registry.sbom(asked)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await registry.sbom({ ...asked, arch: 'arm64' })).toMatchObject({
      packages: [{}, {}, { name: 'libc6' }],
    });
    await registry.stop();
  });

  it('row 14: is refused when the list of packages was altered or removed', async () => {
    const { registry, publish, settled, contents } = await started();
    const { key } = await publish(1, [BASH]);
    await settled();
    contents.set(key, new TextEncoder().encode('[]'));
    for (const ask of [registry.sbom(asked), registry.diff({ a: asked, b: asked })])
      await expect(ask).rejects.toMatchObject({
        code: 'ARTIFACT_DAMAGED',
        message: expect.stringContaining(`web@1.0.0: ${key} is damaged`),
      });
    contents.delete(key);
    await expect(registry.sbom(asked)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    await registry.stop();
  });

  it.each(['not JSON', '{"packages":[]}', '[{"name":"bash"}]'])(
    'is refused when %s was stored in the place of a list',
    async (list) => {
      const { registry, publish, settled } = await started();
      await publish(1, list);
      await settled();
      await expect(registry.sbom(asked)).rejects.toMatchObject({
        code: 'ARTIFACT_DAMAGED',
        message: expect.stringContaining('is no list of packages'),
      });
      await registry.stop();
    },
  );

  it('is asked for in a known format, of a known version', async () => {
    const { registry } = await started();
    await expect(registry.sbom({ ...asked, format: 'xml' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(registry.sbom(asked)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    await registry.stop();
  });
});

describe('the difference of two versions', () => {
  it('names packages and fields of the definition that changed', async () => {
    const { registry, publish, settled } = await started();
    await publish(1, [BASH, LIBC]);
    await settled();
    await publish(2, [{ ...BASH, version: '5.2.21-1' }], { ...web, disk_size_gb: 50 });
    await settled();
    const found = await registry.diff({ a: asked, b: { image: 'web', version: 'latest' } });
    expect(found).toMatchObject({
      a: { image_name: 'web', version: '1.0.0', arch: 'x86_64' },
      b: { image_name: 'web', version: '1.0.1' },
      packages: {
        added: [],
        removed: [{ name: 'libc6', arch: 'amd64', version: '2.36-9' }],
        changed: [{ name: 'bash', arch: 'amd64', from: '5.2.15-2', to: '5.2.21-1' }],
      },
      definition: [{ path: 'disk_size_gb', from: 30, to: 50 }],
      base: {},
    });
    await registry.stop();
  });

  it('may be that of two images', async () => {
    const { registry, publish, settled } = await started();
    await publish(1, [BASH]);
    await publish(2, [BASH], { ...web, name: 'shop' });
    await settled();
    const found = await registry.diff({ a: asked, b: { image: 'shop', version: 'latest' } });
    expect(found.definition).toStrictEqual([{ path: 'name', from: 'web', to: 'shop' }]);
    await expect(registry.diff({ a: asked, b: { image: 'shpo', version: 'latest' } })).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
    });
    await registry.stop();
  });

  it('is that of one architecture, the one that both have', async () => {
    const { registry, publish, report, store, settled } = await started();
    await publish(1, [BASH], both);
    await report(OTHER + 1, 1, { arch: 'aarch64', packages: await store('[]') });
    await publish(2, [BASH], { ...web, name: 'intel' });
    await settled();
    const { a, b, packages } = await registry.diff({ a: asked, b: { image: 'intel', version: 'latest' } });
    expect([a.arch, b.arch, packages.added]).toStrictEqual(['x86_64', 'x86_64', []]);
    await expect(registry.diff({ a: asked, b: asked })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await registry.diff({ a: asked, b: asked, arch: 'aarch64' })).toMatchObject({
      a: { arch: 'aarch64' },
    });
    await registry.stop();
  });
});
