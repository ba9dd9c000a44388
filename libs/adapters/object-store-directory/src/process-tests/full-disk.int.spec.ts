import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/filling-process.js');
const MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" "$3" "$1/store"';

const folder = mkdtempSync(join(tmpdir(), 'gild-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

const onSmallDisk = ['--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'sh', folder];
const possible = spawnSync('unshare', [...onSmallDisk, 'true']).status === 0;
if (!possible)
  process.stderr.write('\nNOT TESTED: a full disk, because a user namespace may not mount here\n\n');

(possible ? it : it.skip)('says that its disk is full, keeps nothing half-written, and goes on', async () => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
  const { stdout } = await promisify(execFile)('unshare', [...onSmallDisk, process.execPath, PROGRAM]);
  expect(stdout.trim().split('\n')).toStrictEqual([
    'small stored',
    'large STORE_FULL',
    'temporary 0',
    'again stored',
  ]);
});
