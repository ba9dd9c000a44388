import { BuildInputs, objectKeys } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { registryService } from '../registry-service.js';
import { UNREQUESTED_MS } from '../publishing/publishing-process.js';
import { jobId, OTHER, registryUnderTest, sha256, web } from '../registry-under-test.spec.js';

const violationsOf = async (answer: Promise<unknown>): Promise<string[]> => {
  const error = await answer.then(
    () => undefined,
    (fault: unknown) => fault as { code: string; details: { violations: { path: string }[] } },
  );
  expect(error?.code).toBe('INVALID_DOCUMENT');
  return error?.details.violations.map(({ path }) => path) ?? [];
};

describe('preparing a build', () => {
  it('resolves the definition, stores its inputs and reserves the first number', async () => {
    const { prepare, contents, typesOf } = registryUnderTest();
    const build = await prepare(1);
    expect(build).toMatchObject({
      imageName: 'web',
      version: '1.0.0',
      buildNumber: 1,
      arch: 'x86_64',
      jobId: jobId(1),
      state: 'reserved',
      definition: { name: 'web', disk_size_gb: 30, taskservs: ['nginx'] },
    });
    const bytes = contents.get(objectKeys.inputs(build.inputDigest)) ?? new Uint8Array();
    expect(sha256(bytes)).toBe(build.inputDigest);
    const inputs = BuildInputs.parse(JSON.parse(new TextDecoder().decode(bytes)));
    expect(inputs.taskservs.map(({ name }) => name)).toStrictEqual(['nginx']);
    expect(await typesOf('image-web')).toStrictEqual(['ImageDefined', 'VersionReserved']);
  });

  it('gives a repeated request the same number', async () => {
    const { prepare, typesOf } = registryUnderTest();
    const first = await prepare(1);
    expect(await prepare(1)).toStrictEqual(first);
    expect(await typesOf('image-web')).toHaveLength(2);
  });

  it('gives a request that is repeated after its inputs changed what was reserved for it', async () => {
    const { prepare, deps } = registryUnderTest();
    const first = await prepare(1);
    expect(await prepare(1, { ...web, disk_size_gb: 20 })).toStrictEqual(first);
    const all = await deps.catalogue.all();
    const changed = [...all].map(([name, it]) => [name, { ...it, version_package: 'other' }] as const);
    const later = registryService({ ...deps, catalogue: { all: async () => new Map(changed) } });
    const request = { jobId: jobId(1), actor: 'ada', definition: web };
    expect(await later.prepareBuild(request)).toStrictEqual(first);
    expect((await later.prepareBuild({ ...request, jobId: jobId(2) })).inputDigest).not.toBe(
      first.inputDigest,
    );
  });

  it('answers with the build or version of equal inputs, and says how far it is', async () => {
    const { prepare, request, report, registry, clock } = registryUnderTest();
    await prepare(1);
    expect(await prepare(2)).toMatchObject({ jobId: jobId(1), version: '1.0.0', state: 'reserved' });
    await request(1);
    expect(await prepare(2)).toMatchObject({ jobId: jobId(1), version: '1.0.0', state: 'building' });
    await registry.start();
    await report(1);
    await clock.settle();
    expect(await prepare(2)).toMatchObject({ jobId: jobId(1), version: '1.0.0', state: 'published' });
    expect(await prepare(3, web, { useCache: false })).toMatchObject({
      jobId: jobId(3),
      version: '1.0.1',
      state: 'reserved',
    });
    await registry.stop();
  });

  it('builds nothing anew for a definition that only wants to be built by itself, and keeps that it does', async () => {
    const { prepare, registry } = registryUnderTest();
    const first = await prepare(1);
    const definition = { ...web, auto_rebuild: true };
    expect(await prepare(2, definition)).toMatchObject({
      ...{ jobId: jobId(1), version: '1.0.0', inputDigest: first.inputDigest },
      definition: { auto_rebuild: true },
    });
    expect(await registry.images()).toMatchObject([{ definition: { auto_rebuild: true } }]);
  });

  it('raises the number by what changed: also by what is pulled in', async () => {
    const { prepare } = registryUnderTest();
    const versions = [];
    const sets = [['nginx'], ['nginx', 'kubernetes'], ['nginx', 'kubernetes', 'containerd'], ['nginx']];
    for (const [index, taskservs] of sets.entries())
      versions.push((await prepare(index, { ...web, taskservs }, { useCache: false })).version);
    expect(versions.slice(0, 3)).toStrictEqual(['1.0.0', '1.1.0', '1.1.1']);
    expect(versions[3]).toBe('1.0.0');
    expect((await prepare(9, { ...web, taskservs: ['redis'] })).version).toBe('2.0.0');
  });

  it('never gives two simultaneous requests the same number, in one registry or in several', async () => {
    const { registry, deps } = registryUnderTest();
    const others = [registryService(deps), registryService(deps)];
    const builds = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (others[index % 3] ?? registry).prepareBuild({
          jobId: jobId(index),
          actor: 'ada',
          definition: { ...web, disk_size_gb: 10 + index },
        }),
      ),
    );
    const numbers = builds.map(({ version }) => version);
    expect(new Set(numbers).size).toBe(30);
    expect(numbers).toContain('1.0.29');
  });

  it('refuses a number that exists', async () => {
    const { prepare } = registryUnderTest();
    await prepare(1);
    await expect(prepare(2, { ...web, disk_size_gb: 20 }, { version: '1.0.0' })).rejects.toMatchObject({
      code: 'VERSION_EXISTS',
    });
    await expect(prepare(2, { ...web, disk_size_gb: 20 }, { version: '1.0' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

describe('checking a definition', () => {
  it('names everything wrong in document and taskservs at once', async () => {
    const { prepare, store } = registryUnderTest();
    const wrong = { ...web, disk_size_gb: 5, colour: 'red', taskservs: ['nginx', 'nignx'] };
    expect((await violationsOf(prepare(1, wrong))).sort()).toStrictEqual([
      'colour',
      'disk_size_gb',
      'taskservs[1]',
    ]);
    expect(await store.head()).toBeUndefined();
  });

  it('says nothing about taskservs when it cannot know the distribution', async () => {
    const { prepare } = registryUnderTest();
    expect(await violationsOf(prepare(1, { ...web, base_os: 'plan9', taskservs: ['nope'] }))).toStrictEqual([
      'base_os',
    ]);
  });

  it('names a dependency that is excluded', async () => {
    const { prepare } = registryUnderTest();
    const wrong = { ...web, taskservs: ['kubernetes'], exclude_taskservs: ['containerd'] };
    expect(await violationsOf(prepare(1, wrong))).toStrictEqual(['exclude_taskservs']);
  });

  it('takes defaults and limits from the policy in force', async () => {
    const { prepare, registry } = registryUnderTest();
    await registry.setPolicy({
      policy: { default_os: 'debian', default_disk_size_gb: 12, max_build_time_minutes: 20 },
      actor: 'ada',
    });
    const { definition } = await prepare(1, { name: 'plain' });
    expect(definition).toMatchObject({ base_os: 'debian', os_version: '12', disk_size_gb: 12 });
    expect(await violationsOf(prepare(2, { ...web, build_timeout_minutes: 25 }))).toStrictEqual([
      'build_timeout_minutes',
    ]);
  });

  it('wants a version to be named when the policy creates none', async () => {
    const { prepare, registry } = registryUnderTest();
    await registry.setPolicy({ policy: { auto_create_versions: false }, actor: 'ada' });
    await expect(prepare(1)).rejects.toMatchObject({ code: 'FORBIDDEN_BY_POLICY' });
    expect((await prepare(1, web, { version: '3.0.0' })).version).toBe('3.0.0');
    expect((await prepare(2)).version).toBe('3.0.0');
  });

  it('passes on what is wrong with the catalogue itself', async () => {
    const { deps } = registryUnderTest();
    const all = () => Promise.reject(new Fault('CATALOGUE_INVALID', 'nginx/taskserv.yaml: no checks'));
    const registry = registryService({ ...deps, catalogue: { all } });
    await expect(registry.previewBuild({ definition: web })).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      message: 'nginx/taskserv.yaml: no checks',
    });
  });

  it('refuses a malformed request', async () => {
    const { registry } = registryUnderTest();
    await expect(registry.prepareBuild({ actor: 'ada' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('the architecture of a build', () => {
  const both = { ...web, arch: ['x86_64', 'arm64'] };

  it('is chosen from a list', async () => {
    const { prepare } = registryUnderTest();
    expect((await prepare(1, both, { arch: 'arm64' })).arch).toBe('aarch64');
    expect((await prepare(2, both, { arch: 'x86_64' })).arch).toBe('x86_64');
  });

  it('gives several one number, a job and inputs each', async () => {
    const { prepare, contents, store } = registryUnderTest();
    const { parts = [], ...build } = await prepare(1, both);
    expect(build).toMatchObject({ version: '1.0.0', buildNumber: 1, arch: 'x86_64', jobId: jobId(1) });
    expect(parts.map(({ arch, jobId: id }) => [arch, id])).toStrictEqual([
      ['x86_64', jobId(1)],
      ['aarch64', jobId(OTHER + 1)],
    ]);
    const inputs = parts.map(({ inputDigest }) => {
      const bytes = contents.get(objectKeys.inputs(inputDigest)) ?? new Uint8Array();
      return BuildInputs.parse(JSON.parse(new TextDecoder().decode(bytes)));
    });
    expect(inputs.map(({ arch }) => arch)).toStrictEqual(['x86_64', 'aarch64']);
    const recorded = [];
    for await (const { type, data } of store.readStream('image-web')) recorded.push([type, data['parts']]);
    expect(recorded).toStrictEqual([
      ['ImageDefined', undefined],
      ['VersionReserved', parts],
    ]);
  });

  it.each([
    ['other inputs', { ...both, disk_size_gb: 20 }],
    ['fewer architectures', web],
  ])('keeps the jobs of several when the request is repeated with %s', async (_, changed) => {
    const { prepare, request, report, registry, clock } = registryUnderTest();
    const first = await prepare(1, both);
    expect(await prepare(1, changed)).toStrictEqual(first);
    await registry.start();
    await request(1, changed);
    await report(1);
    await report(OTHER + 1, 1, { arch: 'aarch64' });
    await clock.settle();
    expect(await registry.version({ image: 'web', version: '1.0.0' })).toMatchObject({
      build_job_id: jobId(1),
      artifacts: [{ build_job_id: jobId(1) }, { build_job_id: jobId(OTHER + 1) }],
    });
    expect(await prepare(2, both)).toMatchObject({ jobId: jobId(1), parts: first.parts, state: 'published' });
    await registry.stop();
  });

  it('gives one of a list of one what a definition for it alone gets', async () => {
    const { prepare } = registryUnderTest();
    const build = await prepare(2, { ...web, arch: ['arm64'] });
    expect([build.arch, build.parts]).toStrictEqual(['aarch64', undefined]);
  });

  it('lets a build of the same architectures answer, and a finished version for each of them', async () => {
    const { prepare, request, report, registry, clock } = registryUnderTest();
    const { parts } = await request(1, both);
    expect(await prepare(2, both)).toMatchObject({ jobId: jobId(1), parts, state: 'building' });
    expect(await prepare(3, both, { arch: 'aarch64' })).toMatchObject({
      ...{ jobId: jobId(3), version: '1.0.1', state: 'reserved' },
    });
    await registry.start();
    await report(1);
    await report(OTHER + 1, 1, { arch: 'aarch64' });
    await clock.settle();
    expect(await prepare(4, both)).toMatchObject({ jobId: jobId(1), parts, state: 'published' });
    await clock.advance(UNREQUESTED_MS);
    const { parts: others, ...one } = await prepare(5, both, { arch: 'aarch64' });
    expect(one).toMatchObject({
      ...{ jobId: jobId(OTHER + 1), arch: 'aarch64', version: '1.0.0', state: 'published' },
    });
    expect(others).toBeUndefined();
    await registry.stop();
  });

  it('wants an id for the job of each', async () => {
    const { registry } = registryUnderTest();
    await expect(
      registry.prepareBuild({ jobId: jobId(1), actor: 'ada', definition: both }),
    ).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'expected 1 further job ids, one for each architecture of web, found 0',
    });
  });

  it('may be another than the one the definition names', async () => {
    const { prepare } = registryUnderTest();
    expect((await prepare(1, web, { arch: 'aarch64' })).arch).toBe('aarch64');
  });
});

describe('a definition that asks for what this release cannot do', () => {
  it('is refused before a number is reserved, with all of it and with unknown taskservs', async () => {
    const { prepare, registry, store } = registryUnderTest();
    const wrong = {
      ...web,
      steps: { prepare_base: false },
      taskservs: ['nignx'],
      network_config: 'version: 2\nwifis: {wlan0: {}}',
    };
    expect(await violationsOf(prepare(1, wrong))).toStrictEqual([
      'steps.prepare_base',
      'network_config.wifis',
      'taskservs[0]',
    ]);
    await expect(
      registry.previewBuild({
        definition: {
          name: 'plain',
          base_os: 'fedora',
          network_config: 'version: 2\nrenderer: NetworkManager',
        },
      }),
    ).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      details: { violations: [{ path: 'network_config.renderer' }] },
    });
    expect(await store.head()).toBeUndefined();
  });
});

describe('previewing a build', () => {
  it('tells the next number and records nothing but the inputs', async () => {
    const { registry, store, contents } = registryUnderTest();
    const preview = await registry.previewBuild({ definition: web });
    expect(preview).toMatchObject({ version: '1.0.0', jobId: '', state: 'reserved' });
    expect(contents.has(objectKeys.inputs(preview.inputDigest))).toBe(true);
    expect(await store.head()).toBeUndefined();
  });

  it('tells which build would answer', async () => {
    const { registry, prepare } = registryUnderTest();
    const build = await prepare(1);
    expect(await registry.previewBuild({ definition: web })).toStrictEqual(build);
  });
});
