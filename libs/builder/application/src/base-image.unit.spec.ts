import { Fault } from '@gild/ports';
import { cacheOf, failureIn, farm, sha256 } from './builder-under-test.spec.js';

const ON_BASE = { name: 'child', base_image: { name: 'base', version: '^1' } };

/** A base with nginx, and the inputs of a build on it that adds redis. */
const onBase = async (at = farm()) => {
  const base = at.baseOf(await at.build(await at.store(['nginx'])), ['nginx']);
  at.fake.built.length = 0;
  return { ...at, base, child: await at.store(['redis'], ON_BASE, base) };
};

const artifactOf = (facts: Awaited<ReturnType<ReturnType<typeof farm>['build']>>) => {
  const last = facts.at(-1);
  return last?.type === 'ArtifactReported' ? last.data.artifact : undefined;
};
const layersOf = (facts: Parameters<typeof artifactOf>[0]) =>
  artifactOf(facts)?.layers?.map(({ step }) => step);

it('lists the layers of an image in order and stores each under its digest, with what is installed', async () => {
  const { base, objects } = await onBase();
  expect(base.layers.map(({ step }) => step)).toStrictEqual([
    'prepare_base',
    'taskserv:nginx',
    'apply_config',
    'cleanup',
  ]);
  for (const { object } of base.layers)
    expect([object.key, await objects.head(object.key)]).toStrictEqual([
      `layers/${object.sha256}`,
      { sizeBytes: object.sizeBytes },
    ]);
  expect(await objects.head(base.packageState.key)).toStrictEqual({ sizeBytes: base.packageState.sizeBytes });
});

it.each([
  ['inputs', 'inputs/', 1],
  ['what is installed in its base', 'package-states/', 1],
  ['a layer of its base', 'layers/', 2],
])(
  'row 11: a build whose store goes away while it reads %s waits, and reads it again',
  async (_, prefix, pieces) => {
    const { deps, objects, clock, fake, child, running, base } = await onBase();
    await Promise.all(base.layers.map(({ key }) => deps.layers.evict(key)));
    let isDown = true;
    let breaks = 0;
    const away = new Fault('STORE_IO', 'no answer', { retryable: true });
    const broken = async function* (source: AsyncIterable<Uint8Array>) {
      for await (const piece of source) {
        yield piece.subarray(0, pieces);
        breaks += 1;
        throw away;
      }
    };
    const reading = (key: string, source: AsyncIterable<Uint8Array>) =>
      isDown && key.startsWith(prefix) ? broken(source) : source;
    deps.objects = {
      ...objects,
      read: (object) => reading(object.key, objects.read(object)),
      readRange: (key, start, end) => reading(key, objects.readRange(key, start, end)),
    };
    const { facts, done } = running(child, { jobId: 'child' });
    for (let turn = 0; breaks === 0 && turn < 100; turn += 1) await clock.settle();
    await clock.advance(10 * 60_000);
    expect(facts.at(-1)).toMatchObject({ type: 'AttemptParked', data: { reason: { code: 'STORE_IO' } } });
    isDown = false;
    await clock.advance(60_000);
    await done;
    expect(facts.map(({ type }) => type)).toContain('AttemptResumed');
    expect(artifactOf(facts)).toBeDefined();
    expect(fake.bases.at(-1)).toMatchObject({
      packageState: 'state after prepare_base taskserv:nginx apply_config cleanup',
    });
  },
);

it('row 11: a build that waited for its store beside another does not end with it when that one is cancelled', async () => {
  const { deps, objects, clock, child, running, base } = await onBase();
  const [layer] = base.layers;
  await deps.layers.evict(layer?.key ?? '');
  const away = new Fault('STORE_IO', 'no answer', { retryable: true });
  const answers: ((fault: Fault) => void)[] = [];
  deps.objects = {
    ...objects,
    read: async function* (object) {
      if (object.key !== layer?.object.key || answers.length > 5) return yield* objects.read(object);
      // The store says that it is away five times, and then nothing.
      await new Promise((_, reject) => answers.push(reject) < 6 && reject(away));
    },
  };
  const asked = async (times: number) => {
    for (let turn = 0; answers.length < times && turn < 100; turn += 1) await clock.settle();
    expect(answers).toHaveLength(times);
  };
  const second = running(child, { jobId: 'second', timeoutMs: 600_000 });
  await asked(1);
  await clock.advance(1_000);
  const first = running(child, { jobId: 'first', timeoutMs: 600_000 });
  await asked(2);
  await clock.advance(16_000); // the second one tries again after 5 and 15 s, the first one, a second behind it, as well
  await asked(6);
  await clock.advance(20_000); // now the second one waits for what the first one is at
  first.stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
  answers[5]?.(new Fault('CANCELLED', 'the build was cancelled'));
  await Promise.all([first.done, second.done]);
  expect(failureIn(first.facts)).toMatchObject({ code: 'CANCELLED' });
  expect(artifactOf(second.facts)).toBeDefined();
});

it('builds on the layers of the base what the base does not have, on its packages and repositories', async () => {
  const { fake, build, child, base, log } = await onBase();
  const facts = await build(child, { jobId: 'child' });
  expect(fake.built).toStrictEqual(['prepare_base', 'taskserv:redis', 'apply_config', 'cleanup']);
  expect(layersOf(facts)).toStrictEqual([...base.layers.map(({ step }) => step), ...fake.built]);
  expect(artifactOf(facts)?.taskservVersions).toStrictEqual({ nginx: '1.22.1-9' });
  expect(fake.bases.at(-1)).toMatchObject({
    packageState: 'state after prepare_base taskserv:nginx apply_config cleanup',
    repositories: [{ name: 'nginx' }],
  });
  expect(cacheOf(facts)['base_image']).toBe('hit');
  expect(await log('child')).toContain('starting from base 1.0.0: 4 layers, 0 of them fetched');
  expect([fake.held, fake.heldLayers]).toStrictEqual([[], []]);
});

it.each([
  [['exim4'], ['install_dependencies', 'apply_config', 'cleanup']],
  [[], ['apply_config', 'cleanup']],
])('makes of packages the base has a layer where they replace others: %j', async (removed, built) => {
  const { fake, deps, store, build, base } = await onBase();
  deps.toolchain = {
    ...fake.toolchain,
    resolve: (_, layers) => Promise.resolve(layers.map(() => ({ packages: [], removed }))),
  };
  const asItIs = {
    ...{ ...ON_BASE, auto_updates: true },
    steps: { prepare_base: false, update_packages: false },
  };
  await build(await store([], asItIs, base), { jobId: 'child' });
  expect(fake.built).toStrictEqual(built);
});

it('takes the base as it is where no base system is to be prepared', async () => {
  const { fake, store, build, base } = await onBase();
  await build(await store(['redis'], { ...ON_BASE, steps: { prepare_base: false } }, base), {
    jobId: 'child',
  });
  expect(fake.built).toStrictEqual(['taskserv:redis', 'apply_config', 'cleanup']);
});

it('fetches the layers that are not on this host, and finds them there the next time', async () => {
  const { fake, deps, build, child, base, log } = await onBase();
  const [first] = base.layers;
  await deps.layers.evict(first?.key ?? '');
  const facts = await build(child, { jobId: 'one' });
  expect(cacheOf(facts)['base_image']).toMatch(/^1 of 4 layers of base 1\.0\.0 are fetched, /);
  expect([...fake.files.values()]).toStrictEqual([first?.key]);
  expect(await log('one')).toContain('fetching the layer of prepare_base');
  expect(cacheOf(await build(child, { jobId: 'two' }))['base_image']).toBe('hit');
  expect(fake.files.size).toBe(1);
});

it('starts from exactly the bytes of the base, whatever an equal build left on this host', async () => {
  const { deps, fake, build, child, base } = await onBase();
  const [first] = base.layers;
  const key = first?.key ?? '';
  await deps.layers.evict(key);
  const other = { path: 'other bytes', sha256: sha256('other bytes'), sizeBytes: 11 };
  await deps.layers.commit({ key, step: 'prepare_base', components: {} }, () => Promise.resolve(other));
  const facts = await build(child, { jobId: 'child' });
  expect(fake.files.size).toBe(1);
  expect(artifactOf(facts)?.layers?.[0]).toStrictEqual(first);
});

it('fetches a base layer again that is damaged on this host', async () => {
  const { fake, build, child, base, log } = await onBase();
  fake.damaged.add(base.layers[1]?.key ?? '');
  const facts = await build(child, { jobId: 'child' });
  expect(artifactOf(facts)?.layers).toHaveLength(8);
  expect(await log('child')).toContain(
    'the cached layer of taskserv:nginx is damaged; it is forgotten and fetched',
  );
});

it('fails with what to do when the store has lost a layer of the base', async () => {
  const { deps, objects, build, child, base } = await onBase();
  await deps.layers.evict(base.layers[0]?.key ?? '');
  await objects.delete(base.layers[0]?.object.key ?? '');
  expect(failureIn(await build(child, { jobId: 'child' }))).toMatchObject({
    code: 'BASE_DAMAGED',
    step: 'base_image',
    retryable: false,
    message: expect.stringContaining('build base again with --no-cache'),
  });
});

it('keys what it builds by the bytes of the base', async () => {
  const { store, build, base } = await onBase();
  await build(await store(['redis'], ON_BASE, base), { jobId: 'child' });
  const [first, ...others] = base.layers;
  if (first === undefined) throw new Error('no layers');
  const moved = { ...first, object: { ...first.object, key: 'x', sha256: sha256('x'), sizeBytes: 1 } };
  const inputs = await store(['redis'], ON_BASE, { ...base, layers: [moved, ...others] });
  const facts = await build(inputs, { jobId: 'moved' });
  const plan = facts.find(({ type }) => type === 'PlanResolved');
  const steps = plan?.type === 'PlanResolved' ? plan.data.steps : [];
  expect(steps.find(({ name }) => name === 'taskserv:redis')).toMatchObject({
    cached: false,
    missReason: 'the layer below differs: prepare_base',
  });
});

it('stores no layer twice, but all of them anew when the cache is not to be used', async () => {
  const { deps, objects, store, build } = farm();
  const stored: string[] = [];
  deps.objects = {
    ...objects,
    putFile: (key, path, how) => {
      stored.push(key.split('/')[0] ?? '');
      return objects.putFile(key, path, how);
    },
  };
  const inputs = await store(['nginx']);
  const layersStored = async (options: object) => {
    stored.length = 0;
    await build(inputs, options);
    return stored.filter((kind) => kind === 'layers').length;
  };
  expect(await layersStored({})).toBe(4);
  expect(await layersStored({})).toBe(0);
  expect(await layersStored({ useCache: false })).toBe(4);
});
