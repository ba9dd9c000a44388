import { Fault } from '@gild/ports';
import { faultOf } from '@gild/testing';
import { bytesOf, type CacheUnderTest, cacheUnderTest, PIECE } from './cache-under-test.spec.js';
import { evictCopy } from './evict-copy.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const vm = (image: string, more = {}) => ({
  ...{ vm_id: `vm-of-${image}`, image_name: image, image_version: '1.0.0', ...more },
});
const cachedNames = async () =>
  (await test.folder.copies.all()).flatMap((copy) => copy.images.map((i) => i.imageName)).sort();
const pulled = async (...names: string[]) => {
  const cache = await test.open();
  for (const name of names) await cache.pull(test.stored(name, bytesOf(name, 2 * PIECE)));
  return cache;
};

it('evicts nothing that a machine on record runs from, and names the machine', async () => {
  const cache = await pulled('a', 'b', 'c', 'd', 'e');
  test.running = [
    vm('a'),
    vm('b', { arch: 'x86_64' }),
    vm('c', { arch: 'aarch64' }),
    vm('d', { image_version: '2.0.0' }),
  ];
  test.policy.maxCacheSizeGb = 0;
  await cache.clean();
  await cache.clean('all');
  expect(await cachedNames()).toStrictEqual(['a', 'b']);
  expect([...(await cache.inUse()).values()].sort()).toStrictEqual([['vm-of-a'], ['vm-of-b']]);
  expect(await cache.stats()).toMatchObject({ inUse: 2, machines: 2 });
  test.running = [];
  await cache.clean('all');
  expect(await cachedNames()).toStrictEqual([]);
});

it('refuses an image for which such a copy would have to go', async () => {
  const cache = await pulled('a');
  test.running = [vm('a')];
  test.policy.maxCacheSizeGb = (3 * PIECE) / 2 ** 30;
  expect(await faultOf(cache.pull(test.stored('b', bytesOf('b', 2 * PIECE))))).toMatchObject({
    ...{ code: 'CACHE_FULL', details: { inUseBytes: 2 * PIECE } },
  });
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('evicts nothing for whose machine was reported after it was chosen to go', async () => {
  await pulled('a');
  const [copy] = await test.folder.copies.all();
  test.running = [vm('a')];
  expect(await evictCopy(test.deps(), copy?.sha256 ?? '', 'requested')).toBeUndefined();
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('evicts nothing whose machine is reported while it is being hidden', async () => {
  await pulled('a');
  const [copy] = await test.folder.copies.all();
  const { copies } = test.folder;
  const hide: typeof copies.hide = (sha256) => {
    test.running = [vm('a')];
    return copies.hide(sha256);
  };
  const deps = { ...test.deps(), folder: { ...test.folder, copies: { ...copies, hide } } };
  expect(await evictCopy(deps, copy?.sha256 ?? '', 'requested')).toBeUndefined();
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('has a copy back in its place when the farm falls silent while it is hidden', async () => {
  await pulled('a');
  const [copy] = await test.folder.copies.all();
  const answers = [async () => [], () => Promise.reject(new Fault('UNAVAILABLE', 'the farm is down'))];
  const running = () => answers.shift()?.() ?? Promise.resolve([]);
  expect(
    await faultOf(evictCopy({ ...test.deps(), running }, copy?.sha256 ?? '', 'requested')),
  ).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await cachedNames()).toStrictEqual(['a']);
});

it('evicts nothing while nobody can say what machines run', async () => {
  await pulled('a');
  const running = () => Promise.reject(new Fault('UNAVAILABLE', 'the farm is down'));
  const cache = await test.open({ running });
  expect(await faultOf(cache.clean('all'))).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await cachedNames()).toStrictEqual(['a']);
});
