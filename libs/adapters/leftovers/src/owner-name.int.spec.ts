import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLeftover, ownerName } from './owner-name.js';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'gild-leftovers-'));
});
afterEach(() => rm(path, { recursive: true }));

it('leaves alone what a living process owns', async () => {
  expect(await isLeftover(await ownerName('x'), path)).toBe(false);
});

it('finds what a process of an earlier life with the same number owned', async () => {
  const [namespace, pid] = (await ownerName('x')).split('-');
  expect(await isLeftover(`${namespace}-${pid}-1-x`, path)).toBe(true);
});

it('finds what a process that is gone owned', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const [namespace] = (await ownerName('x')).split('-');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isLeftover(`${namespace}-${child.pid}-1-x`, path)).toBe(true);
});

it('finds what a sandbox kept beside the folder of an owner that is gone', async () => {
  const [namespace, pid] = (await ownerName('x')).split('-');
  expect(await isLeftover(`.${namespace}-${pid}-1-x.work-0a1b`, path)).toBe(true);
  expect(await isLeftover(`.${await ownerName('x')}.work-0a1b`, path)).toBe(false);
});

it('waits a day for owners of another namespace', async () => {
  expect(await isLeftover('1-1-1-x', path)).toBe(false);
  await utimes(path, 1, 1);
  expect(await isLeftover('1-1-1-x', path)).toBe(true);
});

it('leaves alone what has another kind of name', async () => {
  await utimes(path, 1, 1);
  expect(await isLeftover('notes', path)).toBe(false);
});
