import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { smallDisk } from '@gild/testing';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/filling-layer.js');

const { path, under, itOnDisk } = smallDisk('a layer on a full disk', '32m', 'root');

itOnDisk(
  'says of a layer that fills its disk that there is no space, and leaves nothing beside it',
  async () => {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
    const [unshare, ...args] = [...under, process.execPath, PROGRAM, path];
    const { stdout } = await promisify(execFile)(unshare, args);
    expect(stdout.trim().split('\n')).toStrictEqual(['NO_SPACE true', 'work 0', 'layers upper']);
  },
  60_000,
);
