import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '@gild/contracts';
import { PROGRAM_FOLDER, programDigest } from './repository-program.js';
import { keyOf } from './resolve.js';

const target: Target = { distribution: 'fedora', release: '43', arch: 'x86_64' };
const stack = { layers: [], base: undefined };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gild-program-'));
  await cp(PROGRAM_FOLDER, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const keyNow = async () => keyOf({ state: 'state', program: await programDigest(folder) }, target, stack);

it('keeps what is resolved for the program that resolved it', async () => {
  const before = await keyNow();
  await writeFile(join(folder, 'choosing.py'), '# chooses other packages\n');
  expect(await keyNow()).not.toBe(before);
});

it('keeps it whatever else lies beside the program', async () => {
  const before = await keyNow();
  expect(before).toBe(keyOf({ state: 'state', program: await programDigest() }, target, stack));
  await writeFile(join(folder, 'choosing.pyc'), 'compiled');
  expect(await keyNow()).toBe(before);
});
