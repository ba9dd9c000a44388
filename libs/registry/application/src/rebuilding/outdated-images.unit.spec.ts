import { objectKeys } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { web } from '../registry-under-test.spec.js';
import { withVersions } from '../registry-with-versions.spec.js';

const debian = { ...web, name: 'debian-base', taskservs: [] };
const shop = {
  ...{ ...web, name: 'shop', auto_rebuild: true },
  base_image: { name: 'debian-base', version: '^1' },
};
const AUTOMATIC = { useCache: true, bootTest: true, priority: 0, arch: 'x86_64' };

let asked = 0;
const by = () => ({ requestId: `request-${String((asked += 1))}`, actor: 'ada' });

type Registry = Awaited<ReturnType<typeof withVersions>>;

const change = async ({ deps }: Registry, name: string): Promise<void> => {
  const all = [...(await deps.catalogue.all())];
  const changed = all.map(
    ([key, it]) => [key, key === name ? { ...it, version_package: 'other' } : it] as const,
  );
  deps.catalogue.all = async () => new Map(changed);
};

const reasonsOf = async ({ registry }: Registry, query?: object): Promise<Record<string, string[]>> =>
  Object.fromEntries((await registry.outdated(query)).map((it) => [it.image_name, it.because]));

const untold = (why: string) => `whether it was outdated then cannot be told: ${why}`;

describe('an image is outdated', () => {
  it('when a newer version of its base fits, until that is built or being built', async () => {
    const farm = await withVersions(debian, shop);
    expect(await farm.registry.outdated()).toStrictEqual([]);
    await farm.publish(debian);
    const preview = await farm.registry.previewBuild({ definition: shop });
    expect(await farm.registry.outdated()).toStrictEqual([
      {
        ...{ image_name: 'shop', version: '1.0.0', can_be_built: true, automatic: true },
        definition_digest: preview.definitionDigest,
        because: ['base debian-base@1.1.0 is newer than 1.0.0, which it is built on'],
        caused_by: { event_id: expect.any(String), stream: 'version-debian-base@1.1.0' },
        definition: preview.definition,
        options: AUTOMATIC,
        input_digests: [preview.inputDigest],
      },
    ]);
    await farm.request(50, shop);
    expect(await farm.registry.outdated()).toStrictEqual([]);
    await farm.fail(50);
    await farm.clock.settle();
    expect(await reasonsOf(farm)).toHaveProperty('shop');
  });

  it('not for a version of its base beyond its range', async () => {
    const farm = await withVersions(debian, shop);
    await farm.publish(debian, { version: '2.0.0' });
    expect(await farm.registry.outdated()).toStrictEqual([]);
  });

  it('when its base was revoked, whether that took it along or not', async () => {
    const farm = await withVersions(debian, debian, shop, { ...shop, name: 'stall' });
    const revoked = { ...by(), image: 'debian-base', version: '1.1.0', reason: 'leaks' };
    await farm.registry.revoke({ ...revoked, descendants: true, rollBack: false });
    expect(await farm.standings('shop')).toStrictEqual({ '1.0.0': 'revoked' });
    const because = ['its base debian-base@1.1.0 was revoked; debian-base@1.0.0 fits'];
    expect(await reasonsOf(farm)).toStrictEqual({ shop: because, stall: because });
  });

  it('when a taskserv of it changed, and not when another one did', async () => {
    const farm = await withVersions({ ...web, taskservs: ['nginx', 'redis'] }, debian);
    await change(farm, 'containerd');
    expect(await farm.registry.outdated()).toStrictEqual([]);
    await change(farm, 'nginx');
    expect(await farm.registry.outdated()).toMatchObject([
      { image_name: 'web', because: ['taskserv nginx changed'], automatic: false },
    ]);
  });

  it('when no build of its present definition was finished, which is nothing to repeat by itself', async () => {
    const farm = await withVersions({ ...web, auto_rebuild: true });
    await farm.request(50, { ...web, auto_rebuild: true, taskservs: ['redis'] });
    await farm.fail(50);
    await farm.clock.settle();
    expect(await farm.registry.outdated()).toMatchObject([
      { version: '1.0.0', because: ['its definition changed'], can_be_built: true, automatic: false },
    ]);
  });

  it('when what it was built from is lost', async () => {
    const farm = await withVersions(web);
    const { inputDigest } = await farm.registry.previewBuild({ definition: web });
    await change(farm, 'nginx');
    farm.contents.delete(objectKeys.inputs(inputDigest));
    expect((await reasonsOf(farm))['web']).toStrictEqual([
      expect.stringMatching(/^the build inputs .* of web 1\.0\.0 are gone; build web again$/),
    ]);
  });

  it('not because it was deprecated or revoked: it would be the same again', async () => {
    const farm = await withVersions({ ...web, auto_rebuild: true });
    const it = { image: 'web', version: '1.0.0', reason: 'slow' };
    await farm.registry.deprecate({ ...by(), ...it });
    expect(await farm.registry.outdated()).toStrictEqual([]);
    await farm.registry.revoke({ ...by(), ...it, descendants: false, rollBack: false });
    expect(await farm.registry.outdated()).toStrictEqual([]);
  });
});

describe('what is outdated', () => {
  it('is built as it was built before: for one architecture, and without a boot test', async () => {
    const farm = await withVersions(debian);
    const both = { ...shop, arch: ['x86_64', 'aarch64'] };
    await farm.publish(both, { arch: 'x86_64', bootTest: false });
    expect(await farm.registry.outdated()).toStrictEqual([]);
    await farm.publish(debian);
    expect(await farm.registry.outdated()).toMatchObject([
      { options: { arch: 'x86_64', bootTest: false }, input_digests: [expect.any(String)] },
    ]);
  });

  it('is told of the others when one cannot be built any more', async () => {
    const farm = await withVersions(debian, shop, web);
    await farm.registry.revoke({
      ...{ ...by(), image: 'debian-base', version: '1.0.0', reason: 'leaks' },
      ...{ descendants: false, rollBack: false },
    });
    await change(farm, 'nginx');
    expect(await farm.registry.outdated()).toMatchObject([
      {
        ...{ image_name: 'shop', can_be_built: false, automatic: false, input_digests: [] },
        because: [expect.stringContaining('debian-base has 1.0.0 (revoked)')],
      },
      { image_name: 'web', because: ['taskserv nginx changed'], can_be_built: true },
    ]);
  });

  it('is told by the cause where the whole catalogue is broken', async () => {
    const farm = await withVersions(web);
    const all = () => Promise.reject(new Fault('CATALOGUE_INVALID', 'nginx/taskserv.yaml: no checks'));
    farm.deps.catalogue.all = all;
    expect(await farm.registry.outdated()).toMatchObject([
      { because: ['nginx/taskserv.yaml: no checks'], can_be_built: false },
    ]);
  });

  it('is unknown while the store is away', async () => {
    const farm = await withVersions(web);
    farm.deps.catalogue.all = () =>
      Promise.reject(new Fault('STORE_UNAVAILABLE', 'the disk is away', { retryable: true }));
    await expect(farm.registry.outdated()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('is unknown, now and of the past, where a defect keeps it from being found out', async () => {
    const farm = await withVersions(web);
    const error = new TypeError('a defect');
    farm.deps.catalogue.all = () => Promise.reject(error);
    await expect(farm.registry.outdated()).rejects.toBe(error);
    await expect(farm.registry.outdated({ at: await farm.store.head() })).rejects.toBe(error);
  });

  it('is told by what refuses it for good, which of the past says only that it cannot be told', async () => {
    const farm = await withVersions(web);
    farm.deps.catalogue.all = () => Promise.reject(new Fault('STORE_IO', 'access denied'));
    const refused = { can_be_built: false, automatic: false, input_digests: [] };
    const [now] = await farm.registry.outdated();
    expect(now).toMatchObject({ ...refused, because: ['access denied'] });
    expect(now).not.toHaveProperty('cannot_be_told');
    expect(await farm.registry.outdated({ at: await farm.store.head() })).toMatchObject([
      { ...refused, because: [untold('access denied')], cannot_be_told: true },
    ]);
  });

  it('is told of the others where the inputs of a base say what this release cannot read', async () => {
    const farm = await withVersions(debian, shop, web);
    await change(farm, 'nginx');
    const { objects } = farm.deps;
    const read = objects.read.bind(objects);
    objects.read = async function* (object) {
      const pieces: Uint8Array[] = [];
      for await (const piece of read(object)) pieces.push(piece);
      const inputs = JSON.parse(Buffer.concat(pieces).toString()) as { definition: { name: string } };
      const steps = inputs.definition.name === 'debian-base' ? { steps: 7 } : {};
      yield Buffer.from(JSON.stringify({ ...inputs, definition: { ...inputs.definition, ...steps } }));
    };
    expect(await farm.registry.outdated()).toMatchObject([
      {
        image_name: 'shop',
        because: [expect.stringMatching(/^the build inputs .* are not for this release/)],
      },
      { image_name: 'web', because: ['taskserv nginx changed'] },
    ]);
    expect(await farm.registry.outdated({ at: await farm.store.head() })).toMatchObject([
      {
        ...{ image_name: 'shop', can_be_built: false, cannot_be_told: true },
        because: [
          expect.stringMatching(
            /^whether it was outdated then cannot be told: the build inputs of debian-base 1\.0\.0 are .*; build debian-base again$/,
          ),
        ],
      },
    ]);
  });

  it('is not built by itself where the policy numbers nothing by itself', async () => {
    const farm = await withVersions(debian, shop);
    await farm.registry.setPolicy({ policy: { auto_create_versions: false }, actor: 'ada' });
    await farm.publish(debian);
    expect(await farm.registry.outdated()).toMatchObject([
      {
        ...{ can_be_built: true, automatic: false },
        hindrance: 'the policy creates no versions by itself (auto_create_versions)',
      },
    ]);
  });

  it('can be asked of one image, and of those alone that ask to be built by themselves', async () => {
    const farm = await withVersions(debian, shop, { ...shop, name: 'stall', auto_rebuild: false });
    await farm.publish(debian);
    const namesFor = async (query: object) =>
      (await farm.registry.outdated(query)).map(({ image_name: name }) => name);
    expect(await namesFor({})).toStrictEqual(['shop', 'stall']);
    expect(await namesFor({ image: 'stall' })).toStrictEqual(['stall']);
    expect(await namesFor({ automatic: true })).toStrictEqual(['shop']);
    await expect(farm.registry.outdated({ image: 'shpo' })).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
    });
  });

  it('can be asked of the past, by the bases and definitions on record then', async () => {
    const farm = await withVersions(debian, shop);
    const at = await farm.store.head();
    await farm.publish(debian);
    const between = await farm.store.head();
    await farm.publish(shop);
    await change(farm, 'nginx');
    const textsAt = async (moment: string | undefined) =>
      (await farm.registry.outdated({ at: moment })).flatMap(({ because }) => because);
    expect(await textsAt(at)).toStrictEqual([]);
    expect(await textsAt(between)).toStrictEqual([
      'base debian-base@1.1.0 is newer than 1.0.0, which it is built on',
    ]);
    expect(await textsAt(await farm.store.head())).toStrictEqual([]);
    expect(await textsAt(undefined)).toStrictEqual(['taskserv nginx changed']);
    await expect(farm.registry.outdated({ at: '99999' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  it('is of the past told by its base, else as what cannot be told where the catalogue or the store of now lack it', async () => {
    const farm = await withVersions(debian, shop, web);
    const { inputDigest } = await farm.registry.previewBuild({ definition: web });
    await farm.registry.revoke({
      ...{ ...by(), image: 'debian-base', version: '1.0.0', reason: 'leaks' },
      ...{ descendants: false, rollBack: false },
    });
    const at = await farm.store.head();
    const ofBase = expect.stringMatching(/^base_image\.version: .*debian-base has 1\.0\.0 \(revoked\)/);
    const whatever = farm.deps.catalogue.all;
    farm.deps.catalogue.all = () => Promise.resolve(new Map());
    const missing = [untold('taskservs[0]: no taskserv is called nginx')];
    expect(await reasonsOf(farm, { at })).toStrictEqual({ shop: [ofBase], web: missing });
    farm.deps.catalogue.all = () => Promise.reject(new Fault('CATALOGUE_INVALID', 'no checks'));
    const broken = [untold('no checks')];
    expect(await reasonsOf(farm, { at })).toStrictEqual({
      'debian-base': broken,
      shop: [ofBase],
      web: broken,
    });
    farm.deps.catalogue.all = whatever;
    await change(farm, 'nginx');
    farm.contents.delete(objectKeys.inputs(inputDigest));
    const lost = expect.stringMatching(
      /^whether it was outdated then cannot be told: the build inputs .* of web 1\.0\.0 are gone; build web again$/,
    );
    expect(await reasonsOf(farm, { at })).toStrictEqual({ shop: [ofBase], web: [lost] });
    expect(await farm.registry.outdated({ at, image: 'web' })).toMatchObject([
      { can_be_built: true, automatic: false, cannot_be_told: true },
    ]);
  });

  it('is of the past told by a base that was of another release then', async () => {
    const farm = await withVersions(debian, shop);
    await farm.publish({ ...debian, os_version: '13' });
    expect(await farm.registry.outdated({ at: await farm.store.head() })).toMatchObject([
      { image_name: 'shop', because: [expect.stringMatching(/^os_version: expected .*13/)] },
    ]);
  });

  it('is of the past told by what is on record where one architecture cannot be told', async () => {
    const farm = await withVersions(web);
    const { inputDigest } = await farm.registry.previewBuild({ definition: web });
    await farm.request(50, { ...web, arch: ['x86_64', 'aarch64'] });
    await farm.fail(50);
    await farm.clock.settle();
    farm.contents.delete(objectKeys.inputs(inputDigest));
    await change(farm, 'nginx');
    expect(await reasonsOf(farm, { at: await farm.store.head() })).toStrictEqual({
      web: ['it has no image for aarch64'],
    });
  });

  it('stores nothing to find out', async () => {
    const farm = await withVersions(debian, shop);
    await farm.publish(debian);
    const before = farm.contents.size;
    await farm.registry.outdated();
    expect(farm.contents.size).toBe(before);
  });
});
