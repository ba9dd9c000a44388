import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreContract } from '@gild/testing';
import { directoryObjectStore } from './directory-object-store.js';

const bytes = (text: string) => new TextEncoder().encode(text);

objectStoreContract('a directory', {
  open: async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gild-objects-'));
    let files = 0;
    return {
      store: directoryObjectStore(join(dir, 'store')),
      another: () => Promise.resolve(directoryObjectStore(join(dir, 'store'))),
      file: async (content) => {
        const path = join(dir, `file${String((files += 1))}`);
        await writeFile(path, content);
        return path;
      },
      damage: (key) => writeFile(join(dir, 'store/objects', key), 'hellp'),
      destroy: () => rm(dir, { recursive: true }),
    };
  },
});

describe('the directory of an object store', () => {
  let dir: string;
  let root: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gild-objects-'));
    root = join(dir, 'store');
  });
  afterEach(() => rm(dir, { recursive: true }));

  const leftovers = () => readdir(join(root, 'temporary'));
  const modeOf = async (path: string) => ((await stat(join(root, path))).mode & 0o777).toString(8);

  it('is for its owner only', async () => {
    await directoryObjectStore(root).put('images/a', bytes('x'));
    expect(await Promise.all(['', 'objects', 'objects/images', 'temporary'].map(modeOf))).toStrictEqual(
      Array.from({ length: 4 }, () => '700'),
    );
    expect(await modeOf('objects/images/a')).toBe('600');
  });

  it('keeps nothing temporary, whether writing succeeds or fails', async () => {
    const store = directoryObjectStore(root);
    await store.put('a', bytes('x'));
    await expect(store.put('a', bytes('y'))).rejects.toMatchObject({ code: 'OBJECT_MISMATCH' });
    await expect(store.putFile('b', join(dir, 'absent'))).rejects.toMatchObject({ code: 'STORE_IO' });
    expect(await leftovers()).toStrictEqual([]);
  });

  it('sweeps what dead processes left, and leaves what living ones write', async () => {
    let finish = () => {};
    const rest = new Promise<void>((resolve) => (finish = resolve));
    const slow = async function* () {
      yield bytes('x');
      await rest;
    };
    const writing = directoryObjectStore(root).put('slow', slow());
    for (let names: string[] = []; names.length === 0;) names = await leftovers().catch(() => []);
    const [living = ''] = await leftovers();
    const [namespace = '', pid = ''] = living.split('-');
    const uuid = '00000000-0000-4000-8000-000000000000';
    const earlierLife = `${namespace}-${pid}-1-${uuid}`;
    const elsewhereOld = `1-${pid}-1-${uuid}`;
    const elsewhereNew = `2-${pid}-1-${uuid}`;
    for (const name of [earlierLife, elsewhereOld, elsewhereNew])
      await writeFile(join(root, 'temporary', name), 'half');
    await utimes(join(root, 'temporary', elsewhereOld), 1, 1);
    await directoryObjectStore(root).put('other', bytes('y'));
    expect((await leftovers()).sort()).toStrictEqual([living, elsewhereNew].sort());
    finish();
    expect(await writing).toMatchObject({ created: true });
  });

  it.each(['that it copies', 'that it links'])(
    'goes on with no file %s once it is given up, and keeps nothing of it',
    async (how) => {
      const work = join(dir, 'work');
      await mkdir(work);
      await writeFile(join(work, 'disk'), '');
      await truncate(join(work, 'disk'), 2 ** 30);
      const store = directoryObjectStore(root, { linkFrom: how === 'that it links' ? [work] : [] });
      await store.put('small', bytes('x'));
      const giving = new AbortController();
      const storing = store.putFile('disk', join(work, 'disk'), { signal: giving.signal });
      for (let names: string[] = []; names.length === 0;) names = await leftovers();
      giving.abort(new Error('no longer wanted'));
      await expect(storing).rejects.toThrow('no longer wanted');
      expect([await store.head('disk'), await leftovers()]).toStrictEqual([undefined, []]);
    },
  );

  it('links a file that is final instead of copying it', async () => {
    const work = join(dir, 'work');
    await mkdir(work);
    await writeFile(join(work, 'disk'), 'final');
    await writeFile(join(dir, 'mine'), 'mine');
    const store = directoryObjectStore(root, { linkFrom: [work] });
    await store.putFile('disk', join(work, 'disk'));
    await store.putFile('mine', join(dir, 'mine'));
    await writeFile(join(dir, 'mine'), 'changed');
    expect(await readFile(join(root, 'objects/mine'), 'utf8')).toBe('mine');
    await rm(work, { recursive: true });
    expect(await readFile(join(root, 'objects/disk'), 'utf8')).toBe('final');
  });
});
