import { rename } from 'node:fs/promises';
import { runHostTool } from '../run-host-tool.js';
import { toolFault } from './export-faults.js';

export const DISK_FORMATS = ['qcow2', 'raw', 'vmdk'] as const;
export type DiskFormat = (typeof DISK_FORMATS)[number];

/** A disk in a file. `zstd`: the file as a whole is compressed, as `.raw.zst` is. */
export type DiskFile = { path: string; format: DiskFormat; zstd: boolean };

const OPTIONS: Record<DiskFormat, readonly string[]> = {
  qcow2: ['-O', 'qcow2', '-c', '-o', 'compression_type=zstd'],
  raw: ['-O', 'raw'],
  vmdk: ['-O', 'vmdk', '-o', 'subformat=streamOptimized'],
};

/** Does the file have to change to be of that format? */
export const needsConversion = ({ format, zstd }: Omit<DiskFile, 'path'>, wanted: DiskFormat): boolean =>
  format !== wanted || zstd;

/** Writes the disk to another file in another format; `scratch` names files for what comes in between. */
export const convertDisk = async (
  disk: DiskFile,
  wanted: { path: string; format: DiskFormat },
  { scratch, signal }: { scratch: () => string; signal: AbortSignal },
): Promise<void> => {
  const plain = disk.zstd ? scratch() : disk.path;
  if (disk.zstd) await run(['zstd', '-d', '-q', '-f', '--sparse', disk.path, '-o', plain], signal);
  if (disk.format === wanted.format) return rename(plain, wanted.path);
  await run(
    ['qemu-img', 'convert', '-f', disk.format, ...OPTIONS[wanted.format], plain, wanted.path],
    signal,
  );
};

const run = async (argv: readonly string[], signal: AbortSignal): Promise<void> => {
  const failed = (printed: string) => toolFault(argv[0] ?? '', printed);
  await runHostTool({ argv, neededBy: '--format', signal, failed });
};
