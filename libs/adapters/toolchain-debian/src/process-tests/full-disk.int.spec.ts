import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/filling-layer.js');
const MOUNT = 'mount -t tmpfs -o size=32m,mode=755 tmpfs "$1" && exec "$2" "$3" "$1"';

const folder = mkdtempSync(join(tmpdir(), 'gild-full-layer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const onSmallDisk = ['--mount', 'sh', '-c', MOUNT, 'sh', folder];
const possible = spawnSync('unshare', [...onSmallDisk, 'true']).status === 0;
if (!possible)
  process.stderr.write('\nNOT TESTED: a layer on a full disk, because only root may mount a small one\n\n');

(possible ? it : it.skip)(
  'says of a layer that fills its disk that there is no space, and leaves nothing beside it',
  async () => {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
    const { stdout } = await promisify(execFile)('unshare', [...onSmallDisk, process.execPath, PROGRAM]);
    expect(stdout.trim().split('\n')).toStrictEqual(['NO_SPACE true', 'work 0', 'layers upper']);
  },
  60_000,
);
