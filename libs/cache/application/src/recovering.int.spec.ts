import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@gild/ports';
import { faultOf } from '@gild/testing';
import { bytesOf, type CacheUnderTest, cacheUnderTest, PIECE, sha256Of } from './cache-under-test.spec.js';
import { REST_KEPT_MS } from './host-cache-deps.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const DISK = bytesOf('a', 4 * PIECE);
const listed = (folder: string) => readdir(join(test.root, folder));

/** A filling that was cut off after two of four pieces. */
const cutOff = async () => {
  const image = test.stored('web', DISK);
  const source = {
    head: test.source.head,
    readRange: (key: string, start: number, end: number) => {
      if (start >= 2 * PIECE) throw new Fault('STORE_IO', 'gone', { retryable: true });
      return test.source.readRange(key, start, end);
    },
  };
  await faultOf((await test.open({ source, ranges: 1 })).pull(image));
  return image;
};

it('puts an entry that nobody can read aside, and takes its file again once it is verified', async () => {
  const image = test.stored('web', DISK);
  const { path } = await (await test.open()).pull(image);
  const entry = join(test.root, 'entries', `${image.object.sha256}.json`);
  await writeFile(entry, '{"sha256":');
  const cache = await test.open();
  expect(await cache.documents()).toStrictEqual([]);
  expect(await cache.stats()).toMatchObject({ quarantined: 1, copies: 0 });
  expect(await cache.pull(image)).toMatchObject({ path, fetchedBytes: 0 });
});

it('takes no entry for that of another file', async () => {
  const cache = await test.open();
  const web = await cache.pull(test.stored('web', DISK));
  const db = await cache.pull(test.stored('db', bytesOf('b', PIECE)));
  const entryOf = (sha256: string) => join(test.root, 'entries', `${sha256}.json`);
  await writeFile(entryOf(web.sha256), await readFile(entryOf(db.sha256)));
  expect((await (await test.open()).documents()).map(({ image_name }) => image_name)).toStrictEqual(['db']);
});

it('forgets an entry whose file somebody removed', async () => {
  const { path } = await (await test.open()).pull(test.stored('web', DISK));
  await rm(path);
  const cache = await test.open();
  expect([await cache.documents(), await listed('entries')]).toStrictEqual([[], []]);
});

it('sweeps what dead processes left half-written or held, and nothing of living ones', async () => {
  const cache = await test.open();
  const { sha256 } = await cache.pull(test.stored('web', DISK));
  const opened = await cache.open(sha256);
  const [living = ''] = await listed('holds');
  const [namespace, pid] = living.split('-');
  await writeFile(join(test.root, 'holds', `${namespace}-${pid}-1-x-${'c'.repeat(64)}`), '');
  await writeFile(join(test.root, 'temporary', `${namespace}-${pid}-1-x`), 'half');
  await test.open();
  expect([await listed('temporary'), await listed('holds')]).toStrictEqual([[], [living]]);
  await opened?.release();
});

it('keeps a filling that was cut off for a week, and goes on with it', async () => {
  const image = await cutOff();
  await test.clock.advance(REST_KEPT_MS - 60_000);
  expect(await (await test.open()).pull(image)).toMatchObject({ fetchedBytes: 2 * PIECE });
});

it('removes what nobody went on with for longer, and files that nobody recorded', async () => {
  await cutOff();
  const stray = join(test.root, 'images', `${'d'.repeat(64)}.qcow2`);
  await writeFile(stray, 'x');
  await test.open();
  expect([(await listed('partial')).length, (await listed('images')).length]).toStrictEqual([2, 1]);
  await test.clock.advance(REST_KEPT_MS + 60_000);
  await test.open();
  expect([await listed('partial'), await listed('images')]).toStrictEqual([[], []]);
});

describe('a file in its place that is recorded no more', () => {
  const unrecorded = async () => {
    const image = test.stored('web', DISK);
    const cache = await test.open();
    const { path } = await cache.pull(image, 'vm-1');
    for (const name of await listed('entries')) await rm(join(test.root, 'entries', name));
    return { image, path, fetched: () => test.source.bytes };
  };

  it('stays in its place while it is recorded again, because a machine may run from it', async () => {
    const { image, path, fetched } = await unrecorded();
    test.policy.maxCacheSizeGb = 0;
    const [before, bytes] = [(await stat(path)).ino, fetched()];
    expect(await (await test.open()).pull(image)).toMatchObject({ path, fetchedBytes: 0 });
    expect([(await stat(path)).ino, fetched()]).toStrictEqual([before, bytes]);
  });

  it('is put aside when it is another one, and the image fetched anew', async () => {
    const { image, path } = await unrecorded();
    await writeFile(path, 'other bytes');
    expect(await (await test.open()).pull(image)).toMatchObject({ path, fetchedBytes: DISK.length });
    expect(await listed('quarantine')).toHaveLength(1);
    expect(sha256Of(await readFile(path))).toBe(sha256Of(DISK));
  });
});

it('gives an image out also where nothing can be counted', async () => {
  const image = test.stored('web', DISK);
  const cache = await test.open();
  await rm(join(test.root, 'counts'), { recursive: true });
  const { sha256 } = await cache.pull(image);
  const opened = await cache.open(sha256);
  expect(opened?.sha256).toBe(sha256);
  await opened?.release();
  expect((await test.folder.holds.held()).size).toBe(0);
});

it('counts from nothing when the counts cannot be read', async () => {
  const image = test.stored('web', DISK);
  await (await test.open()).pull(image);
  for (const name of await listed('counts')) await writeFile(join(test.root, 'counts', name), '');
  expect(await (await test.open()).documents()).toMatchObject([{ access_count: 0, hit_count: 0 }]);
});

it('minds no file that somebody else put there', async () => {
  await (await test.open()).pull(test.stored('web', DISK));
  for (const folder of ['entries', 'images', 'holds', 'machines', 'counts'])
    await writeFile(join(test.root, folder, 'notes.txt'), 'mine');
  await mkdir(join(test.root, 'lost+found'));
  const cache = await test.open();
  expect(await cache.documents()).toHaveLength(1);
  expect(sha256Of(await readFile((await test.folder.copies.all())[0]?.path ?? ''))).toBe(sha256Of(DISK));
});
