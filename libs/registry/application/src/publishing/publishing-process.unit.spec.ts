import { Fault, type EventStore, type ObjectStore } from '@gild/ports';
import { registryService } from '../registry-service.js';
import { jobId, registryUnderTest, sha256, web } from '../registry-under-test.spec.js';
import { UNREQUESTED_MS } from './publishing-process.js';

const started = async (options?: Parameters<typeof registryUnderTest>[0]) => {
  const world = registryUnderTest(options);
  await world.registry.start();
  return world;
};
/** What is told about the artifact that was refused. */
const refusal = async (store: EventStore) => {
  for await (const { type, data } of store.readStream('version-web@1.0.0')) {
    if (type === 'ArtifactRefused') return data;
  }
  return undefined;
};
const version = { image: 'web', version: '1.0.0' };

describe('what a build reports', () => {
  it('is published once its bytes were checked', async () => {
    const { registry, request, report, clock, typesOf } = await started();
    await request(1);
    await clock.advance(5000);
    const artifact = await report(1);
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    expect(await typesOf('image-web')).toStrictEqual(['ImageDefined', 'VersionReserved', 'VersionConfirmed']);
    expect(await registry.version(version)).toMatchObject({
      checksum: artifact.object.sha256,
      created_at: '2026-11-23T09:00:05.000Z',
      created_by: 'ada',
      build_number: 1,
      build_job_id: jobId(1),
      state: 'published',
      usage_count: 0,
    });
    await registry.stop();
  });

  it('is refused when the object store holds other bytes, and a later attempt can still be published', async () => {
    const { registry, request, report, record, contents, clock, typesOf, store } = registryUnderTest();
    await request(1);
    const { object } = await report(1, 1);
    contents.set(object.key, new TextEncoder().encode('other'));
    await registry.start();
    await clock.settle();
    expect(await refusal(store)).toMatchObject({ class: 'infrastructure', code: 'ARTIFACT_DAMAGED' });
    const failure = { class: 'infrastructure', code: 'ARTIFACT_REFUSED', message: 'refused' };
    await record(`job-${jobId(1)}`, 'AttemptFailed', { attempt: 1, failure });
    await report(1, 2);
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual([
      'ArtifactRefused',
      'ArtifactsAccepted',
      'VersionPublished',
    ]);
    await registry.stop();
  });

  it('is refused once, however often it is looked at', async () => {
    const { registry, deps, request, report, contents, clock, typesOf } = registryUnderTest();
    await request(1);
    contents.delete((await report(1)).object.key);
    await registry.start();
    await clock.settle();
    await registry.stop();
    const next = registryService(deps);
    await next.start();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactRefused']);
    await next.stop();
  });

  it('is refused when it is larger than the policy allows', async () => {
    const { registry, request, report, record, clock, typesOf, store } = await started();
    await request(1);
    const artifact = await report(2);
    const large = { ...artifact, object: { ...artifact.object, sizeBytes: 101 * 2 ** 30 } };
    await record(`job-${jobId(1)}`, 'ArtifactReported', { attempt: 1, artifact: large });
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactRefused']);
    const { entries } = await registry.history({ subject: 'web@1.0.0' });
    expect(entries.at(-1)?.sentence).toContain('101.0 GiB, the policy allows 100');
    expect(await refusal(store)).toMatchObject({ class: 'definition', code: 'FORBIDDEN_BY_POLICY' });
    await registry.stop();
  });

  it.each([
    [{ taskservVersions: { nginx: '' } }, 'taskserv_versions.nginx'],
    [{ taskservVersions: { 'Ng inx': '1' } }, 'taskserv_versions.Ng inx'],
    [{ rootfsSha256: sha256('root').toUpperCase() }, 'artifacts.0.rootfs_sha256'],
    [{ arch: 'riscv' }, 'arch'],
  ])('is refused when no sound document can be made of it, such as with %j', async (strange, path) => {
    const { registry, request, report, clock, store, typesOf } = await started();
    await request(1);
    await report(1, 1, strange);
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactRefused']);
    expect(await refusal(store)).toMatchObject({
      class: 'infrastructure',
      code: 'REPORT_MALFORMED',
      message: expect.stringContaining(`${path}: `),
    });
    await registry.stop();
  });

  it('is published by one of several registries that see it at the same time', async () => {
    const { registry, deps, request, report, clock, typesOf, reported } = await started();
    const other = registryService(deps);
    await other.start();
    await request(1);
    await report(1);
    await clock.advance(5000);
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    expect(reported).toStrictEqual([]);
    await Promise.all([registry.stop(), other.stop()]);
  });

  it('is published as it was accepted when the registry died in between, even if it is damaged by now', async () => {
    const { registry, request, report, record, contents, clock, typesOf } = registryUnderTest();
    await request(1);
    const { object } = await report(1);
    const accepted = { jobId: jobId(1), attempt: 1, checksum: object.sha256 };
    await record('version-web@1.0.0', 'ArtifactsAccepted', { artifacts: [accepted] });
    contents.delete(object.key);
    await registry.start();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    expect(await typesOf('image-web')).toContain('VersionConfirmed');
    await registry.stop();
  });

  it('waits for an object store that does not answer', async () => {
    let down = true;
    const objects = (inner: ObjectStore): ObjectStore => ({
      ...inner,
      read: (object) => {
        if (down) throw new Fault('STORE_IO', 'the disk does not answer', { retryable: true });
        return inner.read(object);
      },
    });
    const { registry, request, report, clock, typesOf, reported } = await started({ objects });
    await request(1);
    await report(1);
    await clock.advance(5000);
    expect(await typesOf('version-web@1.0.0')).toStrictEqual([]);
    expect(reported.length).toBeGreaterThan(1);
    down = false;
    await clock.advance(30_000);
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    await registry.stop();
  });
});

describe('a build that ends without an artifact', () => {
  it('gives its number back, and the next build gets it', async () => {
    const { registry, request, prepare, fail, clock } = await started();
    await request(1);
    await fail(1);
    await clock.settle();
    expect(await prepare(2)).toMatchObject({ version: '1.0.0', buildNumber: 2, jobId: jobId(2) });
    await registry.stop();
  });

  it('is not published when it was cancelled before its artifact was looked at', async () => {
    const { registry, request, report, record, clock, typesOf } = registryUnderTest();
    await request(1);
    await report(1);
    await record(`job-${jobId(1)}`, 'BuildCancelled', { by: 'ada' });
    await registry.start();
    await clock.settle();
    expect(await typesOf('image-web')).toStrictEqual(['ImageDefined', 'VersionReserved', 'VersionReleased']);
    expect(await typesOf('version-web@1.0.0')).toStrictEqual([]);
    await registry.stop();
  });

  it('is published all the same when its artifact was confirmed first', async () => {
    const { registry, request, report, record, clock, typesOf } = registryUnderTest();
    await request(1);
    const { object } = await report(1);
    const confirmation = { version: '1.0.0', jobId: jobId(1), attempt: 1, checksum: object.sha256 };
    await record('image-web', 'VersionConfirmed', confirmation);
    await record(`job-${jobId(1)}`, 'BuildCancelled', { by: 'ada' });
    await registry.start();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['VersionPublished']);
    await registry.stop();
  });
});

describe('a number whose build never came into being', () => {
  it('is given back after a minute', async () => {
    const { registry, prepare, clock, typesOf } = await started();
    await prepare(1);
    await clock.advance(UNREQUESTED_MS - 1);
    expect(await typesOf('image-web')).not.toContain('VersionReleased');
    await clock.advance(1);
    expect(await typesOf('image-web')).toContain('VersionReleased');
    await registry.stop();
  });

  it('is given back after a minute of the next start when the registry died', async () => {
    const { registry, prepare, clock, typesOf } = registryUnderTest();
    await prepare(1);
    await registry.start();
    await clock.advance(UNREQUESTED_MS);
    expect(await typesOf('image-web')).toContain('VersionReleased');
    await registry.stop();
  });

  it('is kept when the build was requested in time', async () => {
    const { registry, prepare, request, clock, typesOf } = await started();
    await prepare(1);
    await request(1);
    await clock.advance(2 * UNREQUESTED_MS);
    expect(await typesOf('image-web')).not.toContain('VersionReleased');
    await registry.stop();
  });

  it('is refused also when it was given back and reported while no registry ran', async () => {
    const { registry, request, report, record, fail, clock, store, typesOf } = registryUnderTest();
    await request(1);
    await record('image-web', 'VersionReleased', { version: '1.0.0', jobId: jobId(1) });
    await report(1);
    await request(2, { ...web, name: 'db' });
    await report(2);
    await record('image-db', 'VersionReleased', { version: '1.0.0', jobId: jobId(2) });
    await fail(2);
    await registry.start();
    await clock.settle();
    expect(await refusal(store)).toMatchObject({ class: 'definition', code: 'VERSION_NOT_HELD' });
    expect(await typesOf('version-db@1.0.0')).toStrictEqual([]);
    await registry.stop();
  });

  it('is refused also when the job holds another number by now', async () => {
    const { registry, request, prepare, report, record, clock, store, reported } = registryUnderTest();
    await request(1);
    await record('image-web', 'VersionReleased', { version: '1.0.0', jobId: jobId(1) });
    expect(await prepare(2)).toMatchObject({ version: '1.0.0' });
    expect(await prepare(1, web, { bump: 'minor' })).toMatchObject({ version: '1.1.0', jobId: jobId(1) });
    await registry.start();
    await report(1);
    await clock.settle();
    expect(await refusal(store)).toMatchObject({ class: 'definition', code: 'VERSION_NOT_HELD' });
    expect(reported).toStrictEqual([]);
    await registry.stop();
  });

  it('is refused also when it was accepted before', async () => {
    const { registry, request, report, record, clock, store, reported } = registryUnderTest();
    await request(1);
    const { object } = await report(1);
    const accepted = { jobId: jobId(1), attempt: 1, checksum: object.sha256 };
    await record('version-web@1.0.0', 'ArtifactsAccepted', { artifacts: [accepted] });
    await record('image-web', 'VersionReleased', { version: '1.0.0', jobId: jobId(1) });
    await registry.start();
    await clock.settle();
    expect(await refusal(store)).toMatchObject({ class: 'definition', code: 'VERSION_NOT_HELD' });
    expect(reported).toStrictEqual([]);
    await registry.stop();
  });

  it('is not published any more when it was given back', async () => {
    const { registry, request, report, record, clock, store } = registryUnderTest();
    await request(1);
    await record('image-web', 'VersionReleased', { version: '1.0.0', jobId: jobId(1) });
    await registry.start();
    await report(1);
    await clock.settle();
    expect(await refusal(store)).toMatchObject({ class: 'definition', code: 'VERSION_NOT_HELD' });
    await registry.stop();
  });
});

it('begins when the event store answers, and says what it waits for', async () => {
  const { registry, store, request, report, clock, typesOf, reported } = registryUnderTest();
  await request(1);
  await report(1);
  const away = new Fault('STORE_UNAVAILABLE', 'the disk is full', { retryable: true });
  let isAway = true;
  const head = store.head.bind(store);
  store.head = () => (isAway ? Promise.reject(away) : head());
  const starting = registry.start();
  await clock.advance(1500);
  expect(reported).toStrictEqual([away, away]);
  isAway = false;
  await clock.advance(2000);
  await starting;
  await clock.settle();
  expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
  await registry.stop();
});

it('looks at everything that happened while no registry ran', async () => {
  const { registry, request, report, fail, clock, typesOf } = registryUnderTest();
  await request(1);
  await request(2, { ...web, taskservs: ['redis'] });
  await request(3, { ...web, disk_size_gb: 11 });
  await report(1);
  await fail(2);
  await registry.start();
  await clock.settle();
  expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
  expect((await typesOf('image-web')).filter((type) => type === 'VersionReleased')).toHaveLength(1);
  expect((await registry.versions({ image: 'web' })).map(({ checksum }) => checksum)).toStrictEqual([
    sha256('disk 1.1'),
  ]);
  await registry.stop();
});
