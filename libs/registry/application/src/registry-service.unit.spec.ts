import {
  DEFAULT_POLICY,
  GoldenImageRegistry,
  GoldenImageVersion,
  ImageBuildPolicy,
  streams,
  type JobEvent,
} from '@gild/contracts';
import { jobId, registryUnderTest, web } from './registry-under-test.spec.js';

const published = async () => {
  const world = registryUnderTest();
  await world.registry.start();
  await world.request(1, { ...web, description: 'Serves pages' });
  await world.report(1);
  await world.clock.settle();
  const first = (await world.store.head()) ?? '';
  await world.clock.advance(3_600_000);
  await world.request(2, { ...web, taskservs: ['nginx', 'redis'] });
  await world.report(2);
  await world.clock.settle();
  return { ...world, first };
};

describe('documents', () => {
  it('of versions are valid, newest first', async () => {
    const { registry } = await published();
    const versions = await registry.versions({ image: 'web' });
    expect(versions.map(({ version }) => version)).toStrictEqual(['1.1.0', '1.0.0']);
    for (const version of versions) expect(GoldenImageVersion.parse(version)).toStrictEqual(version);
    expect(versions[1]).toMatchObject({
      description: 'Serves pages',
      image_size_gb: 0,
      taskserv_versions: { nginx: '1.22.1-9' },
      artifacts: [{ arch: 'x86_64', format: 'qcow2', compressed: true, size_bytes: 8 }],
    });
    await registry.stop();
  });

  it('of what was recorded with less than is asked for now are given all the same', async () => {
    const { registry, record, store } = await published();
    for await (const { type, data } of store.readStream('version-web@1.1.0')) {
      const { artifact, ...version } = data as { artifact: object };
      const poor = { rootfsSha256: 'AB'.repeat(32), taskservVersions: { nginx: '', redis: '7' } };
      const recorded = { ...version, createdBy: '', artifact: { ...artifact, ...poor } };
      await record('version-web@1.2.0', type, { ...recorded, version: '1.2.0' });
      await record('version-web@1.3.0', type, { ...recorded, version: '1.3.0', jobId: 'one' });
    }
    const [strange, poor] = await registry.versions({ image: 'web' });
    expect(GoldenImageVersion.parse(poor)).toMatchObject({
      created_by: 'unknown',
      taskserv_versions: { redis: '7' },
      artifacts: [{ rootfs_sha256: 'ab'.repeat(32) }],
    });
    expect(strange).toMatchObject({ version: '1.3.0', build_job_id: 'one' });
    expect((await registry.registryDocument()).versions).toHaveLength(4);
    await registry.stop();
  });

  it.each(['', ' ', 'a\nb', 'x'.repeat(257)])('are asked for by somebody, not by %j', async (actor) => {
    const { registry } = registryUnderTest();
    const build = { jobId: jobId(1), definition: web };
    await expect(registry.prepareBuild({ ...build, actor })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('actor'),
    });
  });

  it('of versions say when the boot test was left out, by the request or by the definition', async () => {
    const { registry, request, report, clock } = await published();
    await request(3, { ...web, disk_size_gb: 20 }, { bootTest: false });
    await report(3);
    await request(4, { ...web, disk_size_gb: 20, steps: { run_tests: false } });
    await report(4);
    await clock.settle();
    const versions = await registry.versions({ image: 'web' });
    expect(versions.map(({ boot_tested }) => boot_tested)).toStrictEqual([false, false, true, true]);
    await registry.stop();
  });

  it('of versions say that nothing was compressed where the definition left the step out', async () => {
    const { registry, request, report, clock } = await published();
    await request(3, { ...web, compression: true, steps: { compress_image: false } });
    await report(3);
    await clock.settle();
    const [newest] = await registry.versions({ image: 'web' });
    expect(newest?.artifacts).toMatchObject([{ compressed: false }]);
    await registry.stop();
  });

  it('of images say what is newest', async () => {
    const { registry, first } = await published();
    expect(await registry.images()).toMatchObject([
      {
        image_name: 'web',
        latest_version: '1.1.0',
        total_versions: 2,
        defined_at: '2026-11-23T10:00:00.000Z',
      },
    ]);
    expect(await registry.images({ at: first })).toMatchObject([
      { latest_version: '1.0.0', total_versions: 1, description: 'Serves pages' },
    ]);
    await registry.stop();
  });

  it('of the whole registry are valid, now and as of any moment', async () => {
    const { registry, first } = await published();
    const now = await registry.registryDocument();
    expect(GoldenImageRegistry.parse(now)).toStrictEqual(now);
    expect(now).toMatchObject({
      registry_id: 'gild',
      location: 'memory',
      created_at: '2026-11-23T09:00:00.000Z',
      total_images: 1,
      total_versions: 2,
      policy: DEFAULT_POLICY,
      policy_version: 0,
    });
    expect(now.images['web']?.taskservs).toStrictEqual(['nginx', 'redis']);
    expect(await registry.registryDocument({ at: first })).toMatchObject({ total_versions: 1 });
    await registry.stop();
  });

  it('of the whole registry have builds as the scheduler tells them, also those of another release', async () => {
    const builds = [{ job_id: '1', status: 'paused', image_config: { size: 'huge' } }] as never[];
    const { registry } = registryUnderTest({ builds });
    const document = await registry.registryDocument();
    expect(document).toMatchObject({ builds, total_builds: 1, policy: DEFAULT_POLICY });
  });

  it('of an empty registry are valid as well', async () => {
    const { registry } = registryUnderTest();
    expect(await registry.registryDocument()).toMatchObject({ total_images: 0, versions: [], images: {} });
  });
});

describe('looking a version up', () => {
  it('finds a number and the latest', async () => {
    const { registry } = await published();
    expect((await registry.version({ image: 'web', version: 'latest' })).version).toBe('1.1.0');
    expect((await registry.version({ image: 'web', version: '1.0.0' })).version).toBe('1.0.0');
    await registry.stop();
  });

  it('prefers a finished version to a later release candidate', async () => {
    const { registry, request, report, clock } = await published();
    await request(3, { ...web, disk_size_gb: 50 }, { version: '2.0.0-rc.1' });
    await report(3);
    await clock.settle();
    expect((await registry.version({ image: 'web', version: 'latest' })).version).toBe('1.1.0');
    expect((await registry.versions({ image: 'web' }))[2]?.version).toBe('2.0.0-rc.1');
    await registry.stop();
  });

  it('says what there is instead', async () => {
    const { registry, prepare } = await published();
    await expect(registry.version({ image: 'web', version: '9.9.9' })).rejects.toMatchObject({
      code: 'VERSION_NOT_FOUND',
      message: 'web has no version 9.9.9; the newest versions are 1.1.0, 1.0.0',
    });
    await expect(registry.versions({ image: 'wbe' })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    await prepare(5, { ...web, name: 'fresh' });
    await expect(registry.version({ image: 'fresh', version: 'latest' })).rejects.toMatchObject({
      code: 'VERSION_NOT_FOUND',
      message: 'fresh has no published version yet',
    });
    await registry.stop();
  });
});

describe('verification', () => {
  it('row 14: reads every byte of a version again, and says when it was altered or removed', async () => {
    const { registry, contents } = await published();
    const found = await registry.verifyArtifact({ image: 'web', version: '1.0.0' });
    expect(found).toMatchObject({ verified: true, objects: [{ size_bytes: 8 }, { size_bytes: 2 }] });
    contents.set(found.objects[0]?.path ?? '', new TextEncoder().encode('disk 9.9'));
    await expect(registry.verifyArtifact({ image: 'web', version: '1.0.0' })).rejects.toMatchObject({
      code: 'ARTIFACT_DAMAGED',
    });
    contents.delete(found.objects[0]?.path ?? '');
    await expect(registry.verifyArtifact({ image: 'web', version: '1.0.0' })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
    await registry.stop();
  });

  it('proves the views equal to what the log says', async () => {
    const { registry } = await published();
    await registry.setPolicy({ policy: { max_parallel_builds: 1 }, actor: 'ada' });
    const { views } = await registry.verifyViews();
    expect(views.map(({ view, equal }) => ({ view, equal }))).toStrictEqual([
      { view: 'images', equal: true },
      { view: 'policy', equal: true },
      { view: 'vms', equal: true },
      { view: 'host-caches', equal: true },
      { view: 'storage', equal: true },
    ]);
    expect(views.map(({ events }) => events)).toStrictEqual([8, 1, 0, 0, 4]);
    await registry.stop();
  });
});

describe('the policy', () => {
  it('is known for every moment', async () => {
    const { registry, store } = registryUnderTest();
    expect(await registry.policy()).toStrictEqual(DEFAULT_POLICY);
    await registry.setPolicy({ policy: { max_parallel_builds: 1 }, actor: 'ada' });
    const before = (await store.head()) ?? '';
    await registry.setPolicy({ policy: { max_parallel_builds: 2 }, actor: 'ada' });
    expect((await registry.policy()).max_parallel_builds).toBe(2);
    const then = await registry.policy({ at: before });
    expect(ImageBuildPolicy.parse(then)).toMatchObject({ max_parallel_builds: 1 });
  });

  it('is refused with everything that is wrong', async () => {
    const { registry } = registryUnderTest();
    await expect(
      registry.setPolicy({ policy: { max_parallel_builds: 0, colour: 'red' }, actor: 'ada' }),
    ).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      details: { violations: [{ path: 'max_parallel_builds' }, { path: 'colour' }] },
    });
  });
});

describe('history', () => {
  it('of an image tells its numbers, versions and the turns of its builds, in order', async () => {
    const { registry, record, clock, first } = await published();
    await record(`job-${jobId(2)}`, 'StepStarted', {
      attempt: 1,
      step: 'disk',
    } satisfies Facts<'StepStarted'>);
    const { entries } = await registry.history({ subject: 'web' });
    const half = [
      'ImageDefined',
      'VersionReserved',
      'BuildRequested',
      'ArtifactsAccepted',
      'VersionConfirmed',
      'VersionPublished',
    ];
    expect(entries.map(({ what }) => what)).toStrictEqual([...half, ...half]);
    expect(entries[5]).toMatchObject({
      time: '2026-11-23T09:00:00.000Z',
      actor: 'registry',
      stream: 'version-web@1.0.0',
      sentence: expect.stringMatching(/^web@1\.0\.0 is published: 0\.00 GiB qcow2, sha256 [0-9a-f]{12}$/),
    });
    expect((await registry.history({ subject: 'web', at: first })).entries).toHaveLength(6);
    await clock.settle();
    await registry.stop();
  });

  it('of a version and of a job tells every step', async () => {
    const { registry, record } = await published();
    await record(`job-${jobId(2)}`, 'StepStarted', { attempt: 1, step: 'disk' });
    const ofVersion = await registry.history({ subject: 'web@1.1.0' });
    expect(ofVersion.entries.map(({ what }) => what)).toStrictEqual([
      'VersionReserved',
      'BuildRequested',
      'ArtifactReported',
      'ArtifactsAccepted',
      'VersionConfirmed',
      'VersionPublished',
      'StepStarted',
    ]);
    const ofJob = await registry.history({ subject: jobId(2) });
    expect(ofJob.entries.map(({ sentence }) => sentence)).toStrictEqual([
      'ada asked for web@1.1.0 on x86_64',
      expect.stringMatching(/^attempt 1 made an image: 0\.00 GiB, sha256 [0-9a-f]{12}$/),
      'disk started',
    ]);
    await registry.stop();
  });

  it('says why a build was asked for, where that is on record', async () => {
    const { registry, record, prepare } = registryUnderTest();
    const { version, ...build } = await prepare(1);
    await record(streams.job(build.jobId), 'BuildRequested', {
      ...{ ...build, imageVersion: version, requestedBy: 'gild', because: 'taskserv nginx changed' },
      ...{ priority: 0, useCache: true, bootTest: true, infrastructureRetries: 3, timeoutMs: 1_800_000 },
    });
    expect((await registry.history({ subject: build.jobId })).entries[0]?.sentence).toBe(
      'gild asked for web@1.0.0 on x86_64: taskserv nginx changed',
    );
  });

  it('of agents and of the policy', async () => {
    const { registry, record } = registryUnderTest();
    await record('agent-a1', 'AgentAnnounced', {
      ...{
        agentId: 'a1',
        sessionId: 's',
        arch: 'x86_64',
        emulates: ['aarch64'],
        slots: 1,
        host: 'h',
        release: '1',
      },
      cannotBuild: [
        { distribution: 'fedora', reason: 'no dnf' },
        { distribution: 'rhel', release: '9', reason: 'no mirror' },
      ],
      cannotBoot: [{ arch: 'aarch64', reason: 'no machine' }],
    });
    await record('agent-a1', 'AgentSilent', { agentId: 'a1', silentMs: 31_000 });
    await registry.setPolicy({ policy: { max_parallel_builds: 1 }, actor: 'ada' });
    const { entries } = await registry.history({ subject: 'a1' });
    expect(entries.map(({ sentence }) => sentence)).toStrictEqual([
      'agent a1 on h offers 1 slot for x86_64 and emulated aarch64, but no images of fedora, rhel 9, but no boot tests of aarch64 (release 1)',
      'agent a1 has been silent for 31.0 s',
    ]);
    expect((await registry.history({ subject: 'policy' })).entries[0]?.sentence).toBe('ada set the policy');
  });

  it('shows what a newer release recorded', async () => {
    const { registry, record } = registryUnderTest();
    await record(`job-${jobId(1)}`, 'BuildPainted', { colour: 'red' });
    expect((await registry.history({ subject: jobId(1) })).entries[0]).toMatchObject({
      what: 'BuildPainted',
      sentence: 'BuildPainted (recorded by another release)',
      data: { colour: 'red' },
    });
  });

  it('of nothing is refused', async () => {
    const { registry } = registryUnderTest();
    await expect(registry.history({ subject: 'nobody' })).rejects.toMatchObject({
      code: 'SUBJECT_NOT_FOUND',
    });
  });
});

type Facts<T extends JobEvent['type']> = Extract<JobEvent, { type: T }>['data'];
