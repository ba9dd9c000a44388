import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LayerTrees } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { directoryLayerTrees } from './directory-layer-trees.js';

const sandbox = linuxSandbox();
const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
let dir: string;
let root: string;
let trees: LayerTrees;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-trees-'));
  root = join(dir, 'trees');
  trees = directoryLayerTrees({ root, sandbox, spare: 1 });
});
afterEach(() => rm(dir, { recursive: true }));

const filled = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);
const contentOf = (tree: string) => readFile(join(tree, 'file'), 'utf8');
const notAsked = () => Promise.reject(new Error('unpacked although it was there'));
const treesThere = async () => (await readdir(root)).filter((name) => !name.endsWith('.used')).length;

it('unpacks a layer once, however many ask, now and later and in another process', async () => {
  let times = 0;
  const unpack = (folder: string) => {
    times += 1;
    return filled('layer')(folder);
  };
  const paths = await Promise.all([trees.hold(A, unpack), trees.hold(A, unpack)]);
  await trees.release(A);
  await trees.release(A);
  const later = directoryLayerTrees({ root, sandbox });
  expect(await later.hold(A, notAsked)).toBe(paths[0]);
  expect([times, paths[1], await contentOf(paths[0] ?? '')]).toStrictEqual([1, paths[0], 'layer']);
});

it('has no tree of a layer that could not be unpacked', async () => {
  await expect(
    trees.hold(A, async (folder) => {
      await filled('half')(folder);
      throw new Error('damaged');
    }),
  ).rejects.toThrow('damaged');
  expect(await treesThere()).toBe(0);
  expect(await contentOf(await trees.hold(A, filled('whole')))).toBe('whole');
});

it('takes a finished folder as it is, with its times', async () => {
  const folder = join(dir, 'built');
  await mkdir(folder);
  await filled('built')(folder);
  await utimes(folder, 1, 1);
  const tree = await trees.keep(A, folder);
  expect([await contentOf(tree), (await stat(tree)).mtimeMs]).toStrictEqual(['built', 1000]);
  expect(await trees.hold(A, notAsked)).toBe(tree);
});

it('keeps the first of two equal trees', async () => {
  const first = await trees.hold(A, filled('first'));
  const folder = join(dir, 'built');
  await mkdir(folder);
  await filled('second')(folder);
  expect(await trees.keep(A, folder)).toBe(first);
  expect(await contentOf(first)).toBe('first');
});

it('lets trees go that nobody holds, the one used last staying', async () => {
  await trees.hold(A, filled('a'));
  const b = await trees.hold(B, filled('b'));
  const c = await trees.hold(C, filled('c'));
  await utimes(`${b}.used`, 1, 1);
  await trees.release(B);
  await trees.release(C);
  expect(await treesThere()).toBe(2);
  expect(await contentOf(c)).toBe('c');
  await trees.release(A);
  expect(await treesThere()).toBe(1);
});

it('forgets what an earlier start of the host may not have written, and what a dead process left', async () => {
  const tree = await trees.hold(A, filled('a'));
  const [bootId = ''] = basename(tree).split('.');
  await rename(tree, join(root, `${'0'.repeat(8)}${bootId.slice(8)}.${A}`));
  let halfDone = '';
  await trees.hold(B, async (folder) => {
    halfDone = basename(folder);
    await filled('b')(folder);
  });
  const [namespace, pid] = halfDone.split('-');
  await mkdir(join(root, `${namespace}-${pid}-1-half`));
  await directoryLayerTrees({ root, sandbox }).hold(C, filled('c'));
  expect((await readdir(root)).filter((name) => !name.endsWith('.used')).sort()).toStrictEqual([
    `${bootId}.${B}`,
    `${bootId}.${C}`,
  ]);
});

it('removes what a dead process left whenever a tree is let go', async () => {
  let mine = '';
  await trees.hold(A, async (folder) => {
    mine = basename(folder);
    await filled('a')(folder);
  });
  const [namespace, pid] = mine.split('-');
  for (const name of [`${namespace}-${pid}-1-half`, `.${namespace}-${pid}-1-half.work-0a1b`])
    await mkdir(join(root, name, 'deep'), { recursive: true });
  await trees.hold(B, filled('b'));
  await trees.release(B);
  expect((await readdir(root)).filter((name) => name.includes('half'))).toStrictEqual([]);
});

it('makes a tree again for those who ask while it is being removed', async () => {
  const none = directoryLayerTrees({ root, sandbox, spare: 0 });
  for (let round = 0; round < 20; round += 1) {
    await none.hold(A, filled('first'));
    const [, tree] = await Promise.all([none.release(A), none.hold(A, filled('second'))]);
    expect(['first', 'second']).toContain(await contentOf(tree));
    await none.release(A);
  }
  expect(await treesThere()).toBe(0);
});

/** The tree of A, asked for by another build so many turns of the event loop after the only holder let it go. */
const askedAgainAfter = async (turns: number) => {
  const none = directoryLayerTrees({ root, sandbox, spare: 0 });
  await none.hold(A, filled('a'));
  const released = none.release(A);
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  const tree = await none.hold(A, filled('a'));
  await released;
  const content = await contentOf(tree).catch(() => 'nothing');
  await none.release(A);
  return content;
};

it('removes no tree that is held again, at whatever moment of its removal', async () => {
  const found: string[] = [];
  for (let turns = 0; turns < 40; turns += 1) found.push(await askedAgainAfter(turns));
  expect(new Set(found)).toStrictEqual(new Set(['a']));
});

it('lets several trees go at once', async () => {
  const none = directoryLayerTrees({ root, sandbox, spare: 0 });
  for (const key of [A, B, C]) await none.hold(key, filled('a'));
  await Promise.all([A, B, C].map((key) => none.release(key)));
  expect(await treesThere()).toBe(0);
});

it('forgets a tree as soon as nobody holds it', async () => {
  const tree = await trees.hold(A, filled('old'));
  await trees.hold(A, notAsked);
  await trees.evict(A);
  await trees.release(A);
  expect(await contentOf(tree)).toBe('old');
  await trees.release(A);
  expect(await treesThere()).toBe(0);
  await trees.release(await trees.hold(A, filled('new')).then(() => A));
  expect(await treesThere()).toBe(1);
});

it('forgets a tree at once that nobody holds, and one that is not there', async () => {
  await trees.hold(A, filled('old'));
  await trees.release(A);
  await trees.evict(A);
  await trees.evict(B);
  expect(await treesThere()).toBe(0);
  expect(await contentOf(await trees.hold(A, filled('new')))).toBe('new');
});

it('holds what the ids of a sandbox own, and removes it', async () => {
  const none = directoryLayerTrees({ root, sandbox, spare: 0 });
  const argv = [
    'sh',
    '-c',
    'mkdir "$GILD_ROOT/etc" && chown 5:5 "$GILD_ROOT/etc" && chmod 0 "$GILD_ROOT/etc"',
  ];
  await none.hold(A, async (upper) => {
    await sandbox.run({ argv, lower: [], upper, root: 'host' });
  });
  await none.release(A);
  expect(await treesThere()).toBe(0);
});
