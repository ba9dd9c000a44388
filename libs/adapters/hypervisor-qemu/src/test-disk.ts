import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { boundToParent, hostProgramEnvironment } from '@gild/node-runtime';
import { Fault, type BootTestSpec } from '@gild/ports';
import { uefiFirmware } from './host-tools.js';
import type { MachineShape } from './qemu-arguments.js';

const ZSTD_MAGIC = 0xfd2fb528;

const isZstd = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === ZSTD_MAGIC;
  } finally {
    await file.close();
  }
};

/** A raw disk compressed as a whole is unpacked, sparse, for the machine; every other disk is used where it lies. */
const bootablePath = async (spec: BootTestSpec): Promise<string> => {
  if (spec.diskFormat !== 'raw' || !(await isZstd(spec.diskPath))) return spec.diskPath;
  const path = join(spec.workDir, `unpacked-${spec.firmware}.raw`);
  const argv = ['zstd', '-d', '-q', '-f', '--sparse', spec.diskPath, '-o', path];
  const child = spawn(...boundToParent(argv), {
    env: hostProgramEnvironment(),
    stdio: 'ignore',
    signal: spec.signal,
    killSignal: 'SIGKILL',
  });
  const [code] = (await once(child, 'close').catch((cause: unknown) => {
    if (spec.signal.aborted) throw spec.signal.reason;
    throw new Fault('TOOL_MISSING', 'setpriv could not be started. Install the package util-linux.', {
      cause,
    });
  })) as [number | null];
  spec.signal.throwIfAborted();
  if (code === 0) return path;
  if (code === 127) throw new Fault('TOOL_MISSING', 'zstd is not in PATH. Install the package zstd.');
  throw new Fault(
    'DISK_UNREADABLE',
    `${spec.diskPath} could not be unpacked by zstd. Is it complete, and is there room?`,
  );
};

/** What the disk needs around it to be started, with everything that will be written in `workDir`. */
export const testShape = async (spec: BootTestSpec): Promise<Omit<MachineShape, 'accelerator'>> => {
  const shape = {
    memoryMiB: spec.memoryMiB,
    diskPath: await bootablePath(spec),
    diskFormat: spec.diskFormat,
  };
  if (spec.firmware === 'bios') return shape;
  const firmware = await uefiFirmware();
  const variables = join(spec.workDir, 'uefi-variables.fd');
  await copyFile(firmware.variables, variables);
  return { ...shape, uefi: { code: firmware.code, variables } };
};
