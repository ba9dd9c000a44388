import { randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryHostCache } from '@gild/host-cache-directory';
import { clockOfTheHost, faultOf } from '@gild/testing';
import { REST_KEPT_MS } from './host-cache-deps.js';
import { bytesOf, type CacheUnderTest, cacheUnderTest } from './cache-under-test.spec.js';

let test: CacheUnderTest;
beforeEach(async () => {
  test = await cacheUnderTest();
});
afterEach(() => test.destroy());

const digest = 'a'.repeat(64);
const OWN = ['images', 'partial', 'quarantine'];
const put = async (folder: string, name: string) => {
  await mkdir(join(test.root, folder), { recursive: true });
  await writeFile(join(test.root, folder, name), 'the disk of a machine');
};
const left = async () => Promise.all(OWN.map((folder) => readdir(join(test.root, folder))));

it.each(OWN)('removes no file of others from %s, however old it is and whoever asks', async (folder) => {
  const names = ['disk.qcow2', `${digest}x.qcow2`, `vm-${digest}.qcow2`].sort();
  for (const name of names) await put(folder, name);
  await mkdir(join(test.root, folder, 'lost+found'));
  await mkdir(join(test.root, folder, digest));
  const cache = await test.open();
  await cache.pull(test.stored('web', bytesOf('w', 10)));
  await test.clock.advance(2 * REST_KEPT_MS);
  test.policy.maxCacheSizeGb = 0;
  await cache.clean('all');
  await test.open();
  for (const name of names) await test.folder.removeRest(`${folder}/${name}`);
  expect((await left())[OWN.indexOf(folder)]).toStrictEqual([digest, ...names, 'lost+found'].sort());
});

it('removes what fillings and damage left', async () => {
  await put('images', `${digest}.qcow2`);
  for (const name of [`${digest}.part`, `${digest}.pieces`]) await put('partial', name);
  for (const name of [`${digest}.qcow2`, `${digest}.json`])
    await put('quarantine', `${randomUUID()}-${name}`);
  const cache = await test.open();
  expect(await left()).toMatchObject([[expect.any(String)], { length: 2 }, { length: 2 }]);
  await cache.clean('all');
  expect(await left()).toStrictEqual([[], [], []]);
});

it('says that a folder cannot be made, however deep', async () => {
  const folder = directoryHostCache({ root: '/proc/none/cache', clock: clockOfTheHost });
  expect(await faultOf(folder.recover())).toMatchObject({ code: 'CACHE_IO' });
});
