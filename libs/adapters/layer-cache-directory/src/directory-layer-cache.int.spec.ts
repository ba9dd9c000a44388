import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerArchive, LayerCache } from '@gild/ports';
import fc from 'fast-check';
import { cacheFolders, readEntry, removeIf } from './cache-folders.js';
import { directoryLayerCache } from './directory-layer-cache.js';

const KEY = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

let root: string;
let cache: LayerCache;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gild-layers-'));
  cache = directoryLayerCache({ root });
});
afterEach(() => rm(root, { recursive: true }));

const writing =
  (text: string) =>
  async (path: string): Promise<LayerArchive> => {
    await writeFile(path, text);
    return { path, sha256: createHash('sha256').update(text).digest('hex'), sizeBytes: text.length };
  };
const layer = (key: string, step: string, components: unknown) => ({ key, step, components });
const filesIn = async (name: string) => (await readdir(join(root, name))).length;

it('has no layer before one is committed', async () => {
  expect(await cache.find(KEY)).toBeUndefined();
  expect(await cache.ofStep('base')).toStrictEqual([]);
});

it('finds a committed layer, also from another process', async () => {
  const committed = await cache.commit(layer(KEY, 'base', { n: 1 }), writing('layer'));
  const found = await directoryLayerCache({ root }).find(KEY);
  expect(found).toStrictEqual(committed);
  expect(found).toMatchObject({ key: KEY, components: { n: 1 }, archive: { sizeBytes: 5 } });
  expect(await readFile(found?.archive.path ?? '', 'utf8')).toBe('layer');
});

it('begins anew when it was deleted between two builds', async () => {
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  await rm(root, { recursive: true });
  expect(await cache.find(KEY)).toBeUndefined();
  await cache.evict(KEY);
  await cache.commit(layer(OTHER, 'base', {}), writing('other'));
  expect(await cache.find(OTHER)).toMatchObject({ key: OTHER });
});

it('makes a layer once, however many ask', async () => {
  let made = 0;
  const make = (path: string) => {
    made += 1;
    return writing('layer')(path);
  };
  const layers = await Promise.all([1, 2, 3].map(() => cache.commit(layer(KEY, 'base', {}), make)));
  await cache.commit(layer(KEY, 'base', {}), make);
  expect(made).toBe(1);
  expect(new Set(layers.map(({ archive }) => archive.path)).size).toBe(1);
});

it('keeps nothing of a layer that fails, and makes it the next time', async () => {
  const failing = async (path: string): Promise<LayerArchive> => {
    await writeFile(path, 'half');
    throw new Error('the script failed');
  };
  await expect(cache.commit(layer(KEY, 'base', {}), failing)).rejects.toThrow('the script failed');
  expect(await cache.find(KEY)).toBeUndefined();
  expect(await Promise.all(['temporary', 'archives', 'entries'].map(filesIn))).toStrictEqual([0, 0, 0]);
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  expect(await cache.find(KEY)).toBeDefined();
});

it('forgets an evicted layer with its archive, and evicting again is fine', async () => {
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  await cache.evict(KEY);
  await cache.evict(KEY);
  expect(await cache.find(KEY)).toBeUndefined();
  expect(await filesIn('archives')).toBe(0);
});

it.each([
  ['was cut short', (path: string) => truncate(path, 2)],
  ['is gone', (path: string) => rm(path)],
])('has no layer whose archive %s, and makes it anew', async (_, spoil) => {
  const { archive } = await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  await spoil(archive.path);
  expect(await cache.find(KEY)).toBeUndefined();
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  expect(await readFile(archive.path, 'utf8')).toBe('layer');
});

it('has no layer whose entry is not one', async () => {
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  await writeFile(join(root, 'entries', `${KEY}.json`), '{"key":');
  expect(await cache.find(KEY)).toBeUndefined();
  expect(await cache.ofStep('base')).toStrictEqual([]);
});

it('tells the layers of a step with their components, the one used last first', async () => {
  await cache.commit(layer(KEY, 'base', { n: 1 }), writing('one'));
  await cache.commit(layer(OTHER, 'base', { n: 2 }), writing('two'));
  await cache.commit(layer('c'.repeat(64), 'taskserv:nginx', { n: 3 }), writing('three'));
  await utimes(join(root, 'entries', `${OTHER}.json`), 1, 1);
  expect(await cache.ofStep('base')).toStrictEqual([
    { key: KEY, step: 'base', components: { n: 1 } },
    { key: OTHER, step: 'base', components: { n: 2 } },
  ]);
});

it('names the layers used last, the last one first, and looks at no other file', async () => {
  expect(await cache.recent(9)).toStrictEqual([]);
  const third = 'c'.repeat(64);
  for (const key of [KEY, OTHER, third]) await cache.commit(layer(key, 'base', {}), writing(key));
  for (const [key, used] of [
    [KEY, 3],
    [OTHER, 1],
    [third, 2],
  ] as const)
    await utimes(join(root, 'entries', `${key}.json`), used, used);
  await writeFile(join(root, 'entries', 'notes'), '');
  expect(await cache.recent(9)).toStrictEqual([KEY, third, OTHER]);
  expect(await cache.recent(1)).toStrictEqual([KEY]);
  expect(await cache.recent(9)).toStrictEqual([KEY, third, OTHER]);
});

it('lets layers not used for longest go when there are too many bytes, but none in use', async () => {
  const small = directoryLayerCache({ root, limitBytes: 12 });
  const keys = ['1', '2', '3', '4'].map((digit) => digit.repeat(64));
  const [first = '', second = '', third = '', fourth = ''] = keys;
  await small.commit(layer(first, 'base', {}), writing('12345'));
  await small.commit(layer(second, 'base', {}), writing('12345'));
  await utimes(join(root, 'entries', `${first}.json`), 1, 1);
  await utimes(join(root, 'entries', `${second}.json`), 2, 2);
  await small.commit(layer(third, 'base', {}), writing('12345'));
  expect(await small.find(first)).toBeUndefined();
  await small.find(second);
  await small.commit(layer(fourth, 'base', {}), writing('12345'));
  expect(
    await Promise.all([second, third, fourth].map(async (key) => (await small.find(key))?.key)),
  ).toStrictEqual([second, third, fourth]);
});

it('sweeps what a dead process was writing', async () => {
  await cache.commit(layer(KEY, 'base', {}), writing('layer'));
  let namespace = '';
  await cache.commit(layer(OTHER, 'base', {}), async (path) => {
    namespace = path.split('/').at(-2)?.split('-')[0] ?? '';
    return writing('x')(path);
  });
  await writeFile(join(root, 'temporary', `${namespace}-${process.pid}-1-x`), 'half');
  const restarted = directoryLayerCache({ root });
  await restarted.commit(layer('c'.repeat(64), 'base', {}), writing('x'));
  expect(await filesIn('temporary')).toBe(0);
});

describe('a held layer', () => {
  const old = (key: string) => utimes(join(root, 'entries', `${key}.json`), 1, 1);
  const tiny = () => directoryLayerCache({ root, limitBytes: 1 });
  /** Room is made after every layer that is added. */
  const makeRoom = (digit: string) => tiny().commit(layer(digit.repeat(64), 'base', {}), writing('x'));

  it('stays however long it was not used, until it was released as often as it was held', async () => {
    await cache.commit(layer(KEY, 'base', {}), writing('layer'));
    expect((await cache.hold(KEY))?.archive.sizeBytes).toBe(5);
    await cache.hold(KEY);
    await cache.release(KEY);
    await old(KEY);
    await makeRoom('1');
    expect(await cache.find(KEY)).toBeDefined();
    await cache.release(KEY);
    await old(KEY);
    await makeRoom('2');
    expect(await cache.find(KEY)).toBeUndefined();
    expect(await filesIn('holds')).toBe(0);
  });

  it('goes when the process that held it is gone', async () => {
    await cache.commit(layer(KEY, 'base', {}), writing('layer'));
    await cache.hold(KEY);
    const [name = ''] = await readdir(join(root, 'holds'));
    const [namespace, pid] = name.split('-');
    await rename(join(root, 'holds', name), join(root, 'holds', `${namespace}-${pid}-1-${KEY}`));
    await old(KEY);
    await makeRoom('1');
    expect(await cache.find(KEY)).toBeUndefined();
  });

  it('is none when there is no such layer', async () => {
    expect(await cache.hold(KEY)).toBeUndefined();
    expect(await filesIn('holds')).toBe(0);
  });

  it('is forgotten all the same when it is damaged', async () => {
    await cache.commit(layer(KEY, 'base', {}), writing('layer'));
    await cache.hold(KEY);
    await cache.evict(KEY);
    expect(await cache.find(KEY)).toBeUndefined();
  });
});

it('gives an entry back that came to be held while it was being removed, and removes it otherwise', async () => {
  const folders = cacheFolders(root);
  await cache.commit(layer(KEY, 'base', { n: 1 }), writing('layer'));
  const entry = await readEntry(folders, KEY);
  if (entry === undefined) throw new Error('no entry');
  let seen: unknown = 'not asked';
  await removeIf(folders, entry, async () => {
    seen = await cache.find(KEY);
    return false;
  });
  expect(seen).toBeUndefined();
  expect(await cache.find(KEY)).toMatchObject({ components: { n: 1 } });
  await removeIf(folders, entry, async () => true);
  expect([await cache.find(KEY), await filesIn('archives'), await filesIn('temporary')]).toStrictEqual([
    undefined,
    0,
    0,
  ]);
});

it('keeps what was used last of whatever uses there were, within its size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }),
      fc.nat(6),
      async (uses, room) => {
        const own = await mkdtemp(join(tmpdir(), 'gild-layers-lru-'));
        try {
          const keyOf = (n: number) => String(n).repeat(64);
          const roomy = directoryLayerCache({ root: own });
          for (const n of uses) await roomy.commit(layer(keyOf(n), 'base', {}), writing('12345'));
          for (const [order, n] of uses.entries())
            await utimes(join(own, 'entries', `${keyOf(n)}.json`), order + 1, order + 1);
          const limited = directoryLayerCache({ root: own, limitBytes: room * 5 + 1 });
          await limited.commit(layer('a'.repeat(64), 'base', {}), writing('1'));
          const left = (await readdir(join(own, 'entries'))).filter((name) => !name.startsWith('a'));
          const newest = room === 0 ? [] : uses.slice(-room);
          expect(left.sort()).toStrictEqual(newest.map((n) => `${keyOf(n)}.json`).sort());
        } finally {
          await rm(own, { recursive: true });
        }
      },
    ),
    { numRuns: 15 },
  );
});
