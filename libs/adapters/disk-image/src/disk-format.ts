import type { FileHandle } from 'node:fs/promises';
import type { DiskSpec } from '@gild/ports';
import { readAt, withFile, writeAt } from './file-bytes.js';
import { runTool, type ToolRun } from './host-tool.js';
import { settledDescriptor } from './vmdk-descriptor.js';

/** A raw disk to be written in the format its definition asks for. */
export type Conversion = {
  spec: DiskSpec;
  rawPath: string;
  outputPath: string;
  host: Pick<ToolRun, 'log' | 'signal'>;
};

const convert = ({ rawPath, outputPath, host }: Conversion, options: readonly string[]): Promise<void> =>
  runTool({ argv: ['qemu-img', 'convert', '-f', 'raw', ...options, rawPath, outputPath], ...host });

// Without -W, which writes clusters in the order their compression happens to end: equal disks give equal files.
const qcow2 = (disk: Conversion): Promise<void> =>
  convert(disk, ['-O', 'qcow2', ...(disk.spec.compression ? ['-c', '-o', 'compression_type=zstd'] : [])]);

const zstd = ({ rawPath, outputPath, host }: Conversion): Promise<void> =>
  runTool({ argv: ['zstd', '-q', '-f', '-T0', '-3', rawPath, '-o', outputPath], ...host });

const DESCRIPTOR = { offset: 512, size: 20 * 512 };

const settleDescriptor = async (file: FileHandle, seed: string): Promise<void> => {
  const text = (await readAt(file, DESCRIPTOR.size, DESCRIPTOR.offset)).toString('latin1');
  const settled = Buffer.from(settledDescriptor(text, seed), 'latin1');
  await writeAt(file, Buffer.concat([settled], DESCRIPTOR.size), DESCRIPTOR.offset);
};

// One coroutine: several write grains in the order they happen to run, and are no faster, as this format compresses in one thread.
const vmdk = async (disk: Conversion): Promise<void> => {
  await convert(disk, ['-m', '1', '-O', 'vmdk', '-o', 'subformat=streamOptimized']);
  await withFile(disk.outputPath, 'r+', (file) => settleDescriptor(file, disk.spec.seed));
};

/** Is the raw disk itself the result, with nothing left to convert? */
export const isPlainRaw = (spec: DiskSpec): boolean => spec.format === 'raw' && !spec.compression;

/** Writes the disk in its format. */
export const convertDisk = (disk: Conversion): Promise<void> => {
  switch (disk.spec.format) {
    case 'qcow2':
      return qcow2(disk);
    case 'raw':
      return zstd(disk);
    case 'vmdk':
      return vmdk(disk);
  }
};
