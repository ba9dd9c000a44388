import { streams, type Artifact } from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';
import fc from 'fast-check';
import { registryService } from '../registry-service.js';
import { jobId, OTHER, registryUnderTest, web } from '../registry-under-test.spec.js';

const both = { ...web, arch: ['x86_64', 'aarch64'] };
const arm = { arch: 'aarch64', taskservVersions: { nginx: '1.22.1-9+b1' } };
const asked = { image: 'web', version: '1.0.0' };

const started = async () => {
  const world = registryUnderTest();
  await world.registry.start();
  await world.request(1, both);
  const reportArm = (attempt = 1, strange: Partial<Artifact> = {}) =>
    world.report(OTHER + 1, attempt, { ...arm, ...strange });
  const dataOf = async (stream: string) => {
    const all = [];
    for await (const { type, data } of world.store.readStream(stream)) all.push({ type, data });
    return all;
  };
  const refusals = async () =>
    (await dataOf('version-web@1.0.0')).filter(({ type }) => type === 'ArtifactRefused');
  return { ...world, reportArm, dataOf, refusals };
};

describe('a version for several architectures', () => {
  it.each([
    ['x86_64', 'aarch64'],
    ['aarch64', 'x86_64'],
  ])('is published with all of them, whether %s or %s is ready first', async (first) => {
    const { registry, report, reportArm, clock, typesOf } = await started();
    const make = [() => report(1), () => reportArm()];
    if (first === 'aarch64') make.reverse();
    await make[0]?.();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual([]);
    await expect(registry.version(asked)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    await make[1]?.();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    expect(await typesOf('image-web')).toStrictEqual(['ImageDefined', 'VersionReserved', 'VersionConfirmed']);
    const version = await registry.version(asked);
    expect(version).toMatchObject({ arch: 'x86_64', build_job_id: jobId(1), build_number: 1 });
    expect(version.artifacts).toMatchObject([
      { arch: 'x86_64', build_job_id: jobId(1), taskserv_versions: { nginx: '1.22.1-9' } },
      { arch: 'aarch64', build_job_id: jobId(OTHER + 1), taskserv_versions: { nginx: '1.22.1-9+b1' } },
    ]);
    await registry.stop();
  });

  it('has all its bytes verified, each under its architecture', async () => {
    const { registry, report, reportArm, clock, contents } = await started();
    await report(1);
    const { object } = await reportArm();
    await clock.settle();
    const { objects } = await registry.verifyArtifact(asked);
    expect(objects.map(({ arch }) => arch)).toStrictEqual(['x86_64', undefined, 'aarch64', undefined]);
    contents.set(object.key, new TextEncoder().encode('disk 9.9.9'));
    await expect(registry.verifyArtifact(asked)).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    await registry.stop();
  });

  it('tells its history with every job', async () => {
    const { registry, report, reportArm, clock } = await started();
    await report(1);
    await reportArm();
    await clock.settle();
    const { entries } = await registry.history({ subject: 'web@1.0.0' });
    const sentences = entries.map(({ sentence }) => sentence);
    expect(sentences[0]).toBe(
      `1.0.0 is reserved for build ${jobId(1)} on x86_64 and build ${jobId(OTHER + 1)} on aarch64`,
    );
    expect(sentences).toContain('ada asked for web@1.0.0 on aarch64');
    expect(sentences.at(-3)).toBe(
      `the artifacts of attempt 1 of build ${jobId(1)} and attempt 1 of build ${jobId(OTHER + 1)} were accepted`,
    );
    expect(sentences.at(-2)).toBe(
      `1.0.0 belongs to attempt 1 of build ${jobId(1)} and attempt 1 of build ${jobId(OTHER + 1)}: their artifacts were checked`,
    );
    expect(sentences.at(-1)).toMatch(/is published: x86_64 0\.00 GiB qcow2, .*; aarch64 0\.00 GiB qcow2, /);
    expect((await registry.history({ subject: 'web' })).entries).toHaveLength(7);
    await registry.stop();
  });

  it('is published with what was confirmed when the registry died in between', async () => {
    const world = registryUnderTest();
    await world.request(1, both);
    const one = await world.report(1);
    const other = await world.report(OTHER + 1, 1, arm);
    const others = [{ jobId: jobId(OTHER + 1), attempt: 1, checksum: other.object.sha256 }];
    const confirmation = { version: '1.0.0', jobId: jobId(1), attempt: 1, checksum: one.object.sha256 };
    await world.record('image-web', 'VersionConfirmed', { ...confirmation, others });
    await world.record(streams.job(jobId(OTHER + 1)), 'BuildCancelled', { by: 'ada' });
    await world.registry.start();
    await world.clock.settle();
    expect((await world.registry.version(asked)).artifacts).toHaveLength(2);
    await world.registry.stop();
  });
});

describe('an artifact for one of several architectures', () => {
  it('is refused at once when it is damaged, and a later attempt completes the version', async () => {
    const { registry, reportArm, report, record, clock, refusals, typesOf } = await started();
    const lost = { key: 'packages/gone.json', sha256: 'a'.repeat(64), sizeBytes: 2 };
    await reportArm(1, { packages: lost });
    await clock.settle();
    expect(await refusals()).toMatchObject([
      { data: { jobId: jobId(OTHER + 1), attempt: 1, class: 'infrastructure', code: 'ARTIFACT_DAMAGED' } },
    ]);
    const failure = { class: 'infrastructure', code: 'ARTIFACT_DAMAGED', message: 'refused' };
    await record(streams.job(jobId(OTHER + 1)), 'AttemptFailed', { attempt: 1, failure });
    await report(1);
    await reportArm(2);
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual([
      'ArtifactRefused',
      'ArtifactsAccepted',
      'VersionPublished',
    ]);
    await registry.stop();
  });

  it('is refused when it is for another one', async () => {
    const { registry, reportArm, report, clock, refusals } = await started();
    await report(1);
    await reportArm(1, { arch: 'x86_64' });
    await clock.settle();
    expect(await refusals()).toMatchObject([
      {
        data: {
          ...{ jobId: jobId(OTHER + 1), class: 'infrastructure', code: 'REPORT_MALFORMED' },
          message: expect.stringContaining('arch: expected aarch64, found x86_64'),
        },
      },
    ]);
    await registry.stop();
  });

  it.each([
    ['BuildFailed', { failure: { class: 'install', code: 'X', message: 'exit 1' }, attempts: 1 }, 'exit 1'],
    ['BuildCancelled', { by: 'ada' }, 'cancelled by ada'],
  ])(
    'is refused when the other ends with %s, before or after, and the number is free',
    async (type, data, why) => {
      for (const order of ['before', 'after']) {
        const { registry, report, record, prepare, clock, refusals, typesOf } = await started();
        if (order === 'before') await report(1);
        await record(streams.job(jobId(OTHER + 1)), type, data);
        await clock.settle();
        if (order === 'after') await report(1);
        await clock.settle();
        const message = `there is no version without the image for aarch64, whose build ${jobId(OTHER + 1)} ended: ${why}`;
        expect(await refusals()).toMatchObject([
          { data: { jobId: jobId(1), attempt: 1, class: 'cancelled', code: 'VERSION_INCOMPLETE', message } },
        ]);
        expect(await typesOf('image-web')).toContain('VersionReleased');
        expect(await prepare(2, both)).toMatchObject({ version: '1.0.0', buildNumber: 2, jobId: jobId(2) });
        await registry.stop();
      }
    },
  );
});

describe('an artifact whose own build was cancelled', () => {
  it.each([
    ['ada', { code: 'CANCELLED', message: 'the build was cancelled by ada' }],
    ['scheduler', { code: 'VERSION_INCOMPLETE', message: expect.stringContaining(jobId(1)) }],
  ])('by %s is refused for that', async (by, why) => {
    const { registry, reportArm, record, clock, refusals } = await started();
    await reportArm();
    await record(streams.job(jobId(OTHER + 1)), 'CancelRequested', { by });
    await record(streams.job(jobId(1)), 'BuildCancelled', { by: by === 'ada' ? 'scheduler' : 'ada' });
    await clock.settle();
    expect(await refusals()).toMatchObject([
      { data: { jobId: jobId(OTHER + 1), attempt: 1, class: 'cancelled', ...why } },
    ]);
    await registry.stop();
  });
});

describe('an artifact that one look finds damaged and another one sound', () => {
  const damaged = new Fault('OBJECT_DAMAGED', 'a cosmic ray');

  it('is never published by the other, because looks at one version take turns', async () => {
    let reads = 0;
    const objects = (inner: ObjectStore): ObjectStore => ({
      ...inner,
      read: (object) => {
        if (object.sha256 === disk && (reads += 1) === 1) throw damaged;
        return inner.read(object);
      },
    });
    const world = registryUnderTest({ objects });
    await world.request(1, both);
    const disk = (await world.report(1)).object.sha256;
    await world.report(OTHER + 1, 1, arm);
    await world.registry.start();
    await world.clock.settle();
    expect(await world.typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactRefused']);
    expect(reads).toBe(1);
    await world.registry.stop();
  });

  it('is not published by a registry that was still looking when another one refused it', async () => {
    const world = registryUnderTest();
    await world.request(1, both);
    const first = (await world.report(1)).object.sha256;
    const second = (await world.report(OTHER + 1, 1, arm)).object.sha256;
    const gate = Promise.withResolvers<undefined>();
    const { objects } = world.deps;
    const slow: ObjectStore = {
      ...objects,
      async *read(object) {
        if (object.sha256 === second) await gate.promise;
        yield* objects.read(object);
      },
    };
    const broken: ObjectStore = {
      ...objects,
      read: (object) => {
        if (object.sha256 === first) throw damaged;
        return objects.read(object);
      },
    };
    const registries = [slow, broken].map((it) => registryService({ ...world.deps, objects: it }));
    for (const each of registries) {
      await each.start();
      await world.clock.settle();
    }
    gate.resolve(undefined);
    await world.clock.settle();
    expect(await world.typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactRefused']);
    expect(await world.typesOf('image-web')).not.toContain('VersionConfirmed');
    for (const each of registries) await each.stop();
  });
});

describe('the number of several builds', () => {
  it('is given back when none of them was ever requested, and kept when one was', async () => {
    const { registry, prepare, clock, typesOf } = await started();
    await prepare(2, { ...both, name: 'db' });
    await clock.advance(60_000);
    expect(await typesOf('image-db')).toContain('VersionReleased');
    expect(await typesOf('image-web')).not.toContain('VersionReleased');
    await registry.stop();
  });
});

it('takes the artifact of the same architecture of a base, and one version for all', async () => {
  const world = await started();
  const stored = async (text: string) => {
    const { key, sha256, sizeBytes } = await world.deps.objects.put(
      `test/${text}`,
      new TextEncoder().encode(text),
    );
    return { key, sha256, sizeBytes };
  };
  const of = async (arch: string) => ({
    arch,
    layers: [{ step: 'prepare_base', key: 'k', object: await stored(`layer-${arch}`) }],
    packageState: await stored(`state-${arch}`),
  });
  const [one, other] = [await of('x86_64'), await of('aarch64')];
  await world.report(1, 1, one);
  await world.reportArm(1, other);
  await world.clock.settle();
  const child = { ...both, name: 'child', taskservs: ['redis'], base_image: { name: 'web', version: '*' } };
  const { parts = [] } = await world.prepare(2, child);
  const layers = parts.map(({ inputDigest }) => {
    const text = new TextDecoder().decode(world.contents.get(`inputs/${inputDigest}.json`));
    return (JSON.parse(text) as { base: { layers: unknown } }).base.layers;
  });
  expect(layers).toStrictEqual([one.layers, other.layers]);
  await world.request(3, web, { bump: 'patch' });
  await world.report(3, 1, one);
  await world.clock.settle();
  expect((await world.prepare(4, child)).jobId).toBe(jobId(2));
  await expect(
    world.prepare(5, { ...child, base_image: { name: 'web', version: '>1.0.0' } }),
  ).rejects.toMatchObject({
    code: 'INVALID_DOCUMENT',
    message: expect.stringContaining(
      'expected a version for x86_64 and aarch64, found >1.0.0; within it web has 1.0.1 for x86_64',
    ),
  });
  await world.registry.stop();
});

describe('whatever becomes of the builds of a version, in any order', () => {
  type Step = { kind: 'report' | 'damaged' | 'fail' | 'cancel' | 'look'; part: 0 | 1 };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('report', 'report', 'damaged', 'fail', 'cancel', 'look'),
    part: fc.constantFrom(0, 1),
  });
  const steps = fc.array(step, { minLength: 1, maxLength: 10 });

  /** The builds as their scheduler lets them go on: nothing after an end, a new attempt after a refusal, repeated reports. */
  const play = async (all: readonly Step[], registries: number) => {
    const world = registryUnderTest();
    await world.request(1, both);
    const others = Array.from({ length: registries - 1 }, () => registryService(world.deps));
    for (const each of [world.registry, ...others]) await each.start();
    const builds = [1, OTHER + 1].map((job) => ({ job, attempt: 1, sound: false, ended: false }));
    let isOut = false;
    for (const { kind, part } of all) {
      await act(world, builds[part], kind);
      if (kind === 'look') await world.clock.settle();
      isOut ||= builds.every(({ sound }) => sound);
    }
    await world.clock.advance(5_000);
    const types = await world.typesOf('version-web@1.0.0');
    const image = await world.typesOf('image-web');
    const versions = await world.registry.versions({ image: 'web' });
    for (const each of [world.registry, ...others]) await each.stop();
    return { builds, types, image, versions, reported: world.reported, isOut };
  };

  type Build = { job: number; attempt: number; sound: boolean; ended: boolean };
  const act = async (
    world: ReturnType<typeof registryUnderTest>,
    build: Build | undefined,
    kind: Step['kind'],
  ) => {
    // An artifact that was reported is judged before its build can end: the scheduler waits for the verdict.
    if (build === undefined || build.ended || (build.sound && kind !== 'report')) return;
    const { job, attempt } = build;
    const strange = job > OTHER ? arm : {};
    switch (kind) {
      case 'report':
        await world.report(job, attempt, strange);
        build.sound = true;
        return;
      case 'damaged': {
        const gone = { key: 'gone', sha256: 'a'.repeat(64), sizeBytes: 2 };
        await world.report(job, attempt, { ...strange, packages: gone });
        await world.clock.settle();
        const failure = { class: 'infrastructure', code: 'ARTIFACT_DAMAGED', message: 'refused' };
        await world.record(streams.job(jobId(job)), 'AttemptFailed', { attempt, failure });
        build.attempt += 1;
        return;
      }
      case 'fail':
        await world.fail(job);
        build.ended = true;
        return;
      case 'cancel':
        await world.record(streams.job(jobId(job)), 'BuildCancelled', { by: 'ada' });
        build.ended = true;
        return;
      case 'look':
        return;
    }
  };

  it('is published once with all artifacts, or never', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 2 }), async (all, registries) => {
        const { builds, types, image, versions, reported, isOut } = await play(all, registries);
        expect(types.filter((type) => type === 'VersionPublished')).toHaveLength(isOut ? 1 : 0);
        expect(versions.map(({ artifacts }) => artifacts.map(({ arch }) => arch))).toStrictEqual(
          isOut ? [['x86_64', 'aarch64']] : [],
        );
        const isOver = builds.some(({ ended }) => ended);
        expect(image.filter((type) => type === 'VersionReleased')).toHaveLength(isOver ? 1 : 0);
        expect(image.filter((type) => type === 'VersionConfirmed')).toHaveLength(isOut ? 1 : 0);
        expect(reported).toStrictEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
