import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { LAYOUT } from './disk-layout.js';
import { readAt, withFile, writeAt } from './file-bytes.js';
import { runTool, type ToolRun } from './host-tool.js';
import { seededWord } from './seeded-ids.js';

const CHUNK = 1024 * 1024;

/** A file of the EFI system partition, by its path from the partition's root. */
export type EfiFile = { path: string; bytes: Uint8Array };

/** Copies the file system into its place, leaving holes where it is empty. */
const place = (fatPath: string, diskPath: string): Promise<void> =>
  withFile(fatPath, 'r', (fat) =>
    withFile(diskPath, 'r+', async (disk) => {
      const empty = Buffer.alloc(CHUNK);
      for (let at = 0; at < LAYOUT.esp.size; at += CHUNK) {
        const bytes = await readAt(fat, CHUNK, at);
        if (!bytes.equals(empty)) await writeAt(disk, bytes, LAYOUT.esp.offset + at);
      }
    }),
  );

/** Every folder above the files, parents first. */
const foldersOf = (files: readonly EfiFile[]): string[] => {
  const above = (path: string): string[] => {
    const folder = posix.dirname(path);
    return folder === '/' ? [] : [...above(folder), folder];
  };
  return [...new Set(files.flatMap(({ path }) => above(path)))];
};

/** Makes the EFI system partition of the disk; its times are the given ones and its serial number is the seed's. */
export const writeEfiPartition = async (
  partition: {
    diskPath: string;
    folder: string;
    files: readonly EfiFile[];
    seed: string;
    seconds: number;
  },
  host: Pick<ToolRun, 'log' | 'signal'>,
): Promise<void> => {
  const env = { SOURCE_DATE_EPOCH: String(partition.seconds) };
  const run = (...argv: string[]) => runTool({ argv, env, ...host });
  const fat = join(partition.folder, 'esp.img');
  await withFile(fat, 'w', (file) => file.truncate(LAYOUT.esp.size));
  const hidden = ['-h', String(LAYOUT.esp.offset / 512)];
  const id = ['-n', 'ESP', '-i', seededWord(partition.seed, 'esp')];
  await run('mkfs.fat', '--invariant', '-F', '32', '-s', '1', ...id, ...hidden, fat);
  await run('mmd', '-i', fat, ...foldersOf(partition.files).map((folder) => `::${folder}`));
  for (const { path, bytes } of partition.files) {
    const source = join(partition.folder, 'esp-file');
    await writeFile(source, bytes);
    await run('mcopy', '-i', fat, source, `::${path}`);
  }
  await place(fat, partition.diskPath);
};
