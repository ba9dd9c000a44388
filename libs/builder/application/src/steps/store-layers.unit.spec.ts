import type { ArtifactLayer } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { cacheOf, failureIn, farm } from '../builder-under-test.spec.js';

type Farm = ReturnType<typeof farm>;

const layerIn = (facts: Awaited<ReturnType<Farm['build']>>, wanted: string): ArtifactLayer => {
  const last = facts.at(-1);
  const layers = last?.type === 'ArtifactReported' ? last.data.artifact.layers : undefined;
  const found = layers?.find(({ step }) => step === wanted);
  if (found === undefined) throw new Error(`the build ended without a layer ${wanted}`);
  return found;
};

const contentOf = async ({ object }: ArtifactLayer, { objects }: Farm): Promise<string> => {
  let text = '';
  for await (const piece of objects.read(object)) text += Buffer.from(piece).toString();
  return text;
};

it('puts a layer it has made in the place of a stored one of its digest that is damaged', async () => {
  const at = farm();
  const inputs = await at.store(['nginx']);
  const layer = layerIn(await at.build(inputs), 'taskserv:nginx');
  // The archive of the cache and the object may be one file under two names.
  at.stored.set(layer.object.key, new Uint8Array(layer.object.sizeBytes));
  at.fake.damaged.add(layer.key);
  const facts = await at.build(inputs, { jobId: 'second' });
  expect(cacheOf(facts)['taskserv:nginx']).toBe('the cached layer was damaged');
  expect(await contentOf(layerIn(facts, 'taskserv:nginx'), at)).toBe(layer.key);
});

it('looks no closer at the object of a layer from the cache', async () => {
  const at = farm();
  const inputs = await at.store(['nginx']);
  await at.build(inputs);
  const written: string[] = [];
  at.deps.objects = {
    ...at.objects,
    putFile: (key, path, how) => {
      written.push(key);
      return at.objects.putFile(key, path, how);
    },
  };
  await at.build(inputs, { jobId: 'second' });
  expect(written.filter((key) => key.startsWith('layers/'))).toStrictEqual([]);
  expect(await at.log('second')).toContain('4 layers are stored, 0.0 MB of them new\n');
});

it.each([
  ['damaged', 'OBJECT_MISMATCH', false],
  ['forgotten by another build', 'STORE_IO', true],
])(
  'forgets a cached layer whose archive is found %s only when it is stored, so that the next attempt makes it',
  async (_, code, isGone) => {
    const at = farm();
    const inputs = await at.store(['nginx']);
    const layer = layerIn(await at.build(inputs), 'taskserv:nginx');
    at.stored.delete(layer.object.key);
    at.deps.objects = {
      ...at.objects,
      putFile: async (key, path, how) => {
        if (path !== layer.key) return at.objects.putFile(key, path, how);
        if (isGone) await at.fake.layers.evict(layer.key);
        throw new Fault(code, `${key} cannot be stored`);
      },
    };
    const treesForgotten: string[] = [];
    at.deps.trees = { ...at.fake.trees, evict: async (key) => void treesForgotten.push(key) };
    expect(failureIn(await at.build(inputs, { jobId: 'second' }))).toStrictEqual({
      class: 'infrastructure',
      code: 'LAYER_DAMAGED',
      message: expect.stringMatching(
        /taskserv:nginx is damaged or gone on this host .* the next attempt makes it again\.$/,
      ),
      step: 'upload',
    });
    expect([await at.deps.layers.find(layer.key), treesForgotten]).toStrictEqual([undefined, [layer.key]]);
    expect([at.fake.held, at.fake.heldLayers]).toStrictEqual([[], []]);
    at.deps.objects = at.objects;
    const facts = await at.build(inputs, { jobId: 'third' });
    expect(cacheOf(facts)).toMatchObject({
      prepare_base: 'hit',
      'taskserv:nginx': expect.not.stringMatching('hit'),
    });
    expect(await contentOf(layerIn(facts, 'taskserv:nginx'), at)).toBe(layer.key);
  },
);
