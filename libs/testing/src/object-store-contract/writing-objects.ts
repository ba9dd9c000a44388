import type { ObjectStore } from '@gild/ports';
import type { ObjectsUnderTest } from './objects-under-test.js';
import { arriving, bytes, listOf, sha256Of, textOf } from './pieces.js';

const HELLO = sha256Of(bytes('hello'));

export const writingObjects = (store: () => ObjectStore, objects: () => ObjectsUnderTest): void => {
  it('tells digest and size of what it stored', async () => {
    const stored = await store().put('a/b.json', bytes('hello'));
    expect(stored).toStrictEqual({ key: 'a/b.json', sha256: HELLO, sizeBytes: 5, created: true });
    expect(await textOf(store().read(stored))).toBe('hello');
  });

  it('stores what arrives in pieces', async () => {
    const stored = await store().put('k', arriving('he', '', 'llo'));
    expect(stored).toMatchObject({ sha256: HELLO, sizeBytes: 5 });
    expect(await textOf(store().read(stored))).toBe('hello');
  });

  it('stores an empty object', async () => {
    const stored = await store().put('empty', new Uint8Array());
    expect(stored).toMatchObject({ sizeBytes: 0, created: true });
    expect(await store().head('empty')).toStrictEqual({ sizeBytes: 0 });
  });

  it('stores a file and leaves the file', async () => {
    const path = await objects().file(bytes('hello'));
    expect(await store().putFile('f', path, { expectSha256: HELLO })).toMatchObject({
      sha256: HELLO,
      created: true,
    });
    expect(await store().putFile('g', path)).toMatchObject({ sha256: HELLO, created: true });
  });

  it('writes equal bytes once', async () => {
    await store().put('k', bytes('hello'));
    expect(await store().put('k', bytes('hello'))).toMatchObject({ sha256: HELLO, created: false });
    const path = await objects().file(bytes('hello'));
    expect(await store().putFile('k', path)).toMatchObject({ sha256: HELLO, created: false });
  });

  it('never overwrites', async () => {
    const stored = await store().put('k', bytes('hello'));
    const path = await objects().file(bytes('jello'));
    await expect(store().put('k', bytes('jello'))).rejects.toMatchObject({ code: 'OBJECT_MISMATCH' });
    await expect(store().putFile('k', path)).rejects.toMatchObject({ code: 'OBJECT_MISMATCH' });
    expect(await textOf(store().read(stored))).toBe('hello');
  });

  it('puts the right bytes in the place of damaged ones where the key names them', async () => {
    const key = `images/${HELLO}.raw`;
    const path = await objects().file(bytes('hello'));
    await store().put(key, bytes('hello'));
    const puts = [
      () => store().put(key, bytes('hello'), HELLO),
      () => store().put(key, arriving('he', 'llo')),
      () => store().putFile(key, path),
    ];
    for (const put of puts) {
      await objects().damage(key);
      const stored = await put();
      expect(stored).toStrictEqual({ key, sha256: HELLO, sizeBytes: 5, created: true });
      expect(await textOf(store().read(stored))).toBe('hello');
    }
    await expect(store().put(key, bytes('jello'))).rejects.toMatchObject({ code: 'OBJECT_MISMATCH' });
    expect(await textOf(store().readRange(key, 0, 9))).toBe('hello');
  });

  it('stores nothing when the source is not what was expected', async () => {
    const path = await objects().file(bytes('jello'));
    await expect(store().put('k', bytes('jello'), HELLO)).rejects.toMatchObject({ code: 'OBJECT_MISMATCH' });
    await expect(store().putFile('k', path, { expectSha256: HELLO })).rejects.toMatchObject({
      code: 'OBJECT_MISMATCH',
    });
    expect(await store().head('k')).toBeUndefined();
  });

  it('stores nothing when the source ends with an error, and passes the error on', async () => {
    const failing = async function* () {
      yield bytes('hel');
      await Promise.reject(new Error('source broke'));
    };
    await expect(store().put('k', failing())).rejects.toThrow('source broke');
    expect(await store().head('k')).toBeUndefined();
    expect(await listOf(store().list(''))).toStrictEqual([]);
  });

  it('stores nothing of a file when it is given up, and says why it was', async () => {
    const path = await objects().file(bytes('hello'));
    const signal = AbortSignal.abort(new Error('no longer wanted'));
    await expect(store().putFile('k', path, { signal })).rejects.toThrow('no longer wanted');
    expect(await store().head('k')).toBeUndefined();
    expect(await listOf(store().list(''))).toStrictEqual([]);
  });

  it('forgets a deleted object, and deleting again is fine', async () => {
    await store().put('a/b', bytes('hello'));
    await store().delete('a/b');
    await store().delete('a/b');
    expect(await store().head('a/b')).toBeUndefined();
    expect(await store().put('a/b', bytes('again'))).toMatchObject({ created: true });
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', '.hidden', 'a\0b', 'a b', 'x'.repeat(300)])(
    'refuses the key %j',
    async (key) => {
      await expect(store().put(key, bytes('x'))).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    },
  );
};
