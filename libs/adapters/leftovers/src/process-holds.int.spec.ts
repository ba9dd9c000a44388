import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processHolds } from './process-holds.js';

const KEY = 'a'.repeat(64);
const ROUNDS = 500;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gild-holds-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('holds from the moment an add resolves, whatever an earlier remove is still doing', async () => {
  const holds = processHolds(folder);
  let lost = 0;
  await holds.add(KEY);
  for (let round = 0; round < ROUNDS; round += 1) {
    const removing = holds.remove(KEY);
    await holds.add(KEY);
    if ((await readdir(folder)).length === 0) lost += 1;
    await removing;
  }
  await holds.remove(KEY);
  expect([lost, await readdir(folder)]).toStrictEqual([0, []]);
});

it('leaves no file once all is removed that many added at the same time', async () => {
  const holds = processHolds(folder);
  const borrow = async () => {
    await holds.add(KEY);
    await holds.remove(KEY);
  };
  for (let round = 0; round < ROUNDS / 10; round += 1) await Promise.all(Array.from({ length: 8 }, borrow));
  expect(await readdir(folder)).toStrictEqual([]);
});

it('holds until each add has had its remove', async () => {
  const holds = processHolds(folder);
  await holds.add(KEY);
  await holds.add(KEY);
  await holds.remove(KEY);
  expect(await holds.held()).toStrictEqual(new Set([KEY]));
  await holds.remove(KEY);
  await holds.remove(KEY);
  expect(await holds.held()).toStrictEqual(new Set());
});
