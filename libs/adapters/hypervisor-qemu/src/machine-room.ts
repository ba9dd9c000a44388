import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { boundToParent, hostProgramEnvironment, isProgramMissing } from '@gild/node-runtime';
import { Fault, type BootTestSpec } from '@gild/ports';
import { unpackFault } from './host-trouble.js';
import { machineIdentity } from './machine-identity.js';
import type { MachineShape } from './qemu-arguments.js';
import { uefiFirmware } from './uefi-firmware.js';

const ZSTD_MAGIC = 0xfd2fb528;
const KEPT = 4096;

const openDisk = (path: string): Promise<FileHandle> =>
  open(path, 'r').catch((cause: Error) => {
    throw new Fault('DISK_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });

const isZstd = async (path: string): Promise<boolean> => {
  const file = await openDisk(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === ZSTD_MAGIC;
  } finally {
    await file.close();
  }
};

/** A raw disk compressed as a whole is unpacked, sparse, for the machine; every other disk is used where it lies. */
const bootablePath = async (spec: BootTestSpec, folder: string): Promise<string> => {
  if (spec.diskFormat !== 'raw' || !(await isZstd(spec.diskPath))) return spec.diskPath;
  const path = join(folder, 'unpacked.raw');
  const argv = ['zstd', '-d', '-q', '-f', '--sparse', spec.diskPath, '-o', path];
  const child = spawn(...boundToParent(argv), {
    env: hostProgramEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: spec.signal,
    killSignal: 'SIGKILL',
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-KEPT)));
  const [code] = (await once(child, 'close').catch((cause: unknown) => {
    if (spec.signal.aborted) throw spec.signal.reason;
    throw new Fault('TOOL_MISSING', 'setpriv could not be started. Install the package util-linux.', {
      cause,
    });
  })) as [number | null];
  spec.signal.throwIfAborted();
  if (code === 0) return path;
  if (isProgramMissing(code, complaints))
    throw new Fault('TOOL_MISSING', 'zstd is not in PATH. Install the package zstd.');
  throw unpackFault(spec.diskPath, spec.workDir, complaints.trim());
};

const UEFI_VARIABLES = 'uefi-variables.fd';

/** Everything a machine is started with. */
export type MachineRoom = {
  /** Its own folder: its working directory, and all it can write to. */
  folder: string;
  /** The disk, open for reading. The machine may be unable to reach the file by its path. */
  disk: FileHandle;
  shape: Omit<MachineShape, 'accelerator'>;
  /** Whom it runs as, as options of setpriv. */
  identity: readonly string[];
};

const furnish = async (spec: BootTestSpec, folder: string): Promise<Omit<MachineRoom, 'disk'>> => {
  const { options, give } = await machineIdentity();
  const { arch, memoryMiB, diskFormat, x86Level = 2 } = spec;
  const shape = { arch, memoryMiB, diskFormat, x86Level };
  const room = { folder, shape, identity: options };
  await give(folder);
  const firmware = await uefiFirmware(arch, spec.firmware);
  if (firmware === undefined) return room;
  const variables = join(folder, UEFI_VARIABLES);
  await copyFile(firmware.variables, variables);
  await chmod(variables, 0o600);
  await give(variables);
  return { ...room, shape: { ...shape, uefi: { ...firmware, variables: UEFI_VARIABLES } } };
};

/** Makes the room, with everything that will be written in a folder below `workDir`, and takes it away afterwards. */
export const withMachineRoom = async <T>(
  spec: BootTestSpec,
  use: (room: MachineRoom) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(spec.workDir, 'machine-'));
  let disk: FileHandle | undefined;
  try {
    disk = await openDisk(await bootablePath(spec, folder));
    return await use({ ...(await furnish(spec, folder)), disk });
  } finally {
    await disk?.close();
    await rm(folder, { recursive: true, force: true });
  }
};
