import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GildHome } from './gild-home.js';

const run = promisify(execFile);
const ROOT_OFFSET = 135_168 * 512;

/** Exports the newest version of an image of a home as a qcow2 disk, and the same as a raw one. */
export const exportedDisk = async (farm: GildHome, image: string): Promise<{ disk: string; raw: string }> => {
  const disk = join(farm.root, `${image}.qcow2`);
  expect((await farm.run('export', image, '-o', disk)).code).toBe(0);
  const raw = join(farm.root, `${image}.raw`);
  await run('qemu-img', ['convert', '-O', 'raw', disk, raw]);
  return { disk, raw };
};

/** Reads the root file system of a raw disk, without a mount. */
export const debugfs = async (disk: string, command: string): Promise<string> =>
  (await run('debugfs', ['-R', command, `${disk}?offset=${ROOT_OFFSET}`])).stdout;

/** Which of the paths there are on a raw disk. */
export const presentOn = async (disk: string, paths: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    paths.map(async (path) => ((await debugfs(disk, `stat ${path}`)).includes('Inode:') ? [path] : [])),
  );
  return found.flat();
};
