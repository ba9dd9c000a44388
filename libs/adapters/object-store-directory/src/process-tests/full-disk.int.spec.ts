import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { smallDisk } from '@gild/testing';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/filling-process.js');

const { path, under, itOnDisk } = smallDisk('a full disk', '2m');

itOnDisk('says that its disk is full, keeps nothing half-written, and goes on', async () => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
  const [unshare, ...args] = [...under, process.execPath, PROGRAM, join(path, 'store')];
  const { stdout } = await promisify(execFile)(unshare, args);
  expect(stdout.trim().split('\n')).toStrictEqual([
    'small stored',
    'large STORE_FULL',
    'temporary 0',
    'again stored',
  ]);
});
