import { BuildInputs, objectKeys, type Artifact } from '@gild/contracts';
import { Fault, faultCode } from '@gild/ports';
import { registryUnderTest, sha256, web } from '../registry-under-test.spec.js';

const child = {
  ...{ name: 'child', base_os: 'debian', os_version: '12', taskservs: ['nginx', 'redis'] },
  base_image: { name: 'web', version: '^1' },
};

const running: { stop: () => Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((registry) => registry.stop())));

/** A registry with `web`, whose layers lie in the object store. */
const withBase = async (definition: object = web, strange: Partial<Artifact> = {}) => {
  const under = registryUnderTest();
  await under.registry.start();
  running.push(under.registry);
  const stored = async (key: string, text: string) => {
    const {
      key: name,
      sha256: digest,
      sizeBytes,
    } = await under.deps.objects.put(key, new TextEncoder().encode(text));
    return { key: name, sha256: digest, sizeBytes };
  };
  const layers = [
    {
      step: 'prepare_base',
      key: 'k'.repeat(64),
      object: await stored(objectKeys.layer(sha256('layer')), 'layer'),
    },
  ];
  const packageState = await stored(objectKeys.packageState(sha256('state')), 'state');
  const publish = async (job: number, what: object, more: Partial<Artifact> = {}) => {
    await under.request(job, what);
    await under.report(job, 1, { layers, packageState, ...more });
    await under.clock.settle();
  };
  await publish(1, definition, strange);
  const inputs = async (digest: string): Promise<BuildInputs> =>
    BuildInputs.parse(
      JSON.parse(Buffer.from(under.contents.get(objectKeys.inputs(digest)) ?? []).toString()),
    );
  return { ...under, layers, packageState, publish, inputs };
};

const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it went well',
    (error: Error) => `${faultCode(error) ?? ''} ${error.message.split('\n').slice(1).join('; ')}`,
  );

it('gives the inputs the bytes and taskservs of the newest version, and installs only what that has not', async () => {
  const { prepare, inputs, layers, packageState, store } = await withBase();
  const { inputDigest } = await prepare(2, child);
  expect(await inputs(inputDigest)).toMatchObject({
    taskservs: [{ name: 'redis' }],
    base: { imageName: 'web', version: '1.0.0', layers, packageState, taskservs: [{ name: 'nginx' }] },
  });
  const events = [];
  for await (const event of store.readStream('image-child')) events.push(event.data);
  expect(events.at(-1)).toMatchObject({
    base: { imageName: 'web', version: '1.0.0' },
    taskservs: ['nginx', 'redis'],
  });
});

it('builds anew when a newer version of the base came, and answers with the same build while none did', async () => {
  const { prepare, publish } = await withBase();
  const first = await prepare(2, child);
  expect(await prepare(3, child)).toMatchObject({ jobId: first.jobId, inputDigest: first.inputDigest });
  await publish(4, { ...web, disk_size_gb: 20 });
  const moved = await prepare(5, child);
  expect(moved.inputDigest).not.toBe(first.inputDigest);
  expect(moved.version).toBe('1.0.1');
});

it('publishes what it was started from, and lets the next image start from that with all of it', async () => {
  const { publish, registry, prepare, inputs } = await withBase();
  await publish(2, child);
  expect(await registry.version({ image: 'child', version: '1.0.0' })).toMatchObject({
    base_image_version: '1.0.0',
  });
  const { entries } = (await registry.history({ subject: 'child@1.0.0' })) as {
    entries: { sentence: string }[];
  };
  expect(entries.map(({ sentence }) => sentence).join()).toContain(', started from web@1.0.0');
  const grandchild = {
    ...child,
    name: 'grandchild',
    base_image: { name: 'child', version: '*' },
    taskservs: [],
  };
  const { inputDigest } = await prepare(3, grandchild);
  const { base } = await inputs(inputDigest);
  expect(base?.taskservs.map(({ name }) => name)).toStrictEqual(['nginx', 'redis']);
});

it('counts no taskserv of a base that installed none', async () => {
  const { prepare, inputs } = await withBase({ ...web, steps: { install_taskservs: false } });
  const { inputDigest } = await prepare(2, child);
  const { base, taskservs } = await inputs(inputDigest);
  expect([base?.taskservs, taskservs.map(({ name }) => name)]).toStrictEqual([[], ['nginx', 'redis']]);
});

it('refuses a base that was built before layers were stored', async () => {
  const { prepare } = await withBase(web, { layers: undefined, packageState: undefined });
  expect(await messageOf(prepare(2, child))).toBe(
    'INVALID_DOCUMENT base_image.version: expected a version whose layers are stored, found 1.0.0; web 1.0.0 was built before images could be started from; rebuild it',
  );
});

it.each([
  [
    { base_image: { name: 'wep', version: '^1' } },
    'base_image.name: expected an image of this registry, found wep; did you mean web?',
  ],
  [
    { base_image: { name: 'web', version: '^2' } },
    'base_image.version: expected a range with a published version, found ^2; web has 1.0.0',
  ],
  [
    { exclude_taskservs: ['nginx'] },
    'exclude_taskservs[0]: the base image web 1.0.0 has nginx, which cannot be taken out of it',
  ],
  [
    { arch: 'aarch64' },
    'base_image.version: expected a version for aarch64, found ^1; within it web has 1.0.0 for x86_64',
  ],
])('refuses %j before a number is reserved', async (part, message) => {
  const { prepare, typesOf } = await withBase();
  expect(await messageOf(prepare(2, { ...child, taskservs: [], ...part }))).toContain(message);
  expect(await typesOf('image-child')).toStrictEqual([]);
});

it('says that the inputs of the base are lost, with what to do', async () => {
  const { prepare, contents } = await withBase();
  for (const key of contents.keys()) if (key.startsWith('inputs/')) contents.delete(key);
  await expect(prepare(2, child)).rejects.toMatchObject({
    code: 'ARTIFACT_DAMAGED',
    message: expect.stringContaining('of web 1.0.0 are gone; build web again'),
  });
});

it('does not call the inputs of the base damaged while the store is away', async () => {
  const { prepare, deps } = await withBase();
  const away = new Fault('STORE_IO', 'the disk is away', { retryable: true });
  deps.objects.read = () => {
    throw away;
  };
  await expect(prepare(2, child)).rejects.toBe(away);
});

it('publishes no image whose layers are not in the store', async () => {
  const { typesOf, contents, request, report, clock, layers } = await withBase();
  contents.delete(layers[0]?.object.key ?? '');
  await request(2, { ...web, name: 'other' });
  await report(2, 1, { layers });
  await clock.settle();
  expect(await typesOf('version-other@1.0.0')).toStrictEqual(['ArtifactRefused']);
});

it('refuses images that are built on each other, which would be built again without end', async () => {
  const { prepare, publish } = await withBase();
  await publish(2, child);
  const round = { ...web, taskservs: ['redis'], base_image: { name: 'child', version: '^1' } };
  expect(await messageOf(prepare(3, round))).toBe(
    'INVALID_DOCUMENT base_image.name: expected an image that is not built on web itself, found child, which is built on web',
  );
});
