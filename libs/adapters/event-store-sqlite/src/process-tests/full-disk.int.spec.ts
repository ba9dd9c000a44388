import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPossible, runProcess } from './run-process.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"';
const onSmallDisk = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'sh', folder];
const possible = isPossible('a full disk', [...onSmallDisk, 'true']);

(possible ? it : it.skip)(
  'refuses appends on a full disk, still reads and reopens, and goes on when there is room',
  async () => {
    const told = await runProcess({ task: 'fill', path: join(folder, 'events.db'), under: onSmallDisk });
    expect(told).toStrictEqual([
      ['refused', 'STORE_FULL'],
      ['readable', 'true'],
      ['refused-again', 'STORE_FULL'],
      ['readable-after-reopening', 'true'],
      ['with-space', 'acked'],
      ['grown', 'true'],
    ]);
  },
  60_000,
);
