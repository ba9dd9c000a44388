import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostCacheMemory } from './host-cache-memory.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-cache-memory-'));
});
afterEach(() => rm(dir, { recursive: true }));

const machine = async (id: string) => {
  const path = join(dir, `machine-${id.slice(0, 1)}`);
  await writeFile(path, `${id}\n`);
  return path;
};
const none = () => join(dir, 'no-machine-id');
const at = (folder: string, machineId: string) => hostCacheMemory(join(dir, folder), machineId);

it('is the same for every folder of a machine, another one on another machine, and never the id of the machine', async () => {
  const [oak, elm] = await Promise.all([machine('a'.repeat(32)), machine('b'.repeat(32))]);
  const id = await at('cache', oak).cacheId();
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(await at('elsewhere', oak).cacheId()).toBe(id);
  expect([id, 'a'.repeat(32)]).not.toContain(await at('cache', elm).cacheId());
});

it('is made once where the system has none, however many ask first', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map(() => at('deep/cache', none()).cacheId()));
  expect(new Set(ids)).toStrictEqual(new Set([await at('deep/cache', none()).cacheId()]));
  expect(await at('other', none()).cacheId()).not.toBe(ids[0]);
  expect(await readFile(join(dir, 'deep/cache/cache-id'), 'utf8')).toBe(`${String(ids[0])}\n`);
});

it('says what to do with an identity that is none', async () => {
  const memory = at('cache', none());
  await memory.cacheId();
  await writeFile(join(dir, 'cache/cache-id'), 'oak');
  await expect(memory.cacheId()).rejects.toMatchObject({
    ...{
      code: 'CACHE_IO',
      message: expect.stringMatching(/expected 32 hex digits.*found "oak"; remove the file/),
    },
  });
});

it('remembers the folders that images were put in, each once', async () => {
  const memory = at('cache', none());
  expect(await memory.places()).toStrictEqual([]);
  for (const place of ['/srv/a', '/srv/b', '/srv/a']) await memory.addPlace(place);
  expect(await at('cache', none()).places()).toStrictEqual(['/srv/a', '/srv/b']);
});
