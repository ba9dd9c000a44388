import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeFileLock } from './file-lock.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-lock-'));
});
afterEach(() => rm(dir, { recursive: true }));

const HOLDER = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1]);
database.exec('BEGIN EXCLUSIVE');
console.log('held');
process.stdin.resume();
`;

it('is held by one at a time, in one process too, and is free once it is released', () => {
  const path = join(dir, 'lock');
  const first = takeFileLock(path);
  expect(takeFileLock(path)).toBeUndefined();
  first?.release();
  expect(takeFileLock(path)).toBeDefined();
});

it('is free once the process that held it is gone, however that went', async () => {
  const path = join(dir, 'lock');
  const holder = spawn(process.execPath, ['--no-warnings', '-e', HOLDER, path]);
  await once(holder.stdout, 'data');
  expect(takeFileLock(path)).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(takeFileLock(path)).toBeDefined();
});

it('throws where there can be no lock', () => {
  expect(() => takeFileLock(join(dir, 'absent/lock'))).toThrow('unable to open database file');
});
