import { access, constants, open, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Fault } from '@gild/ports';
import { isKvmShared } from './machine-identity.js';
import { QEMU } from './qemu-process.js';

const firstReadable = async (paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) {
    const isThere = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
};

const inPath = (program: string): string[] =>
  `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program));

const tool = async (program: string, packageName: string): Promise<string> => {
  const path = await firstReadable(inPath(program));
  if (path) return path;
  throw new Fault(
    'TOOL_MISSING',
    `A boot test needs ${program}, which is not in PATH. Install the package ${packageName}.`,
  );
};

/** Makes sure that a machine can be started at all. */
export const requireQemu = async (): Promise<void> => {
  await tool(QEMU, 'qemu-system-x86');
  await tool('setpriv', 'util-linux');
};

const UEFI = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
] as const;

/** The host's UEFI firmware: its code, and the variables every machine gets a copy of. */
export const uefiFirmware = async (): Promise<{ code: string; variables: string }> => {
  for (const pair of UEFI) if (await firstReadable([pair.code])) return pair;
  throw new Fault('TOOL_MISSING', 'A UEFI boot test needs the firmware OVMF. Install the package ovmf.');
};

/** Names this start of the host and this QEMU. */
export const hostIdentity = async (): Promise<string> => {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const { size, mtimeMs } = await stat(await tool(QEMU, 'qemu-system-x86'));
  return `${bootId.trim()} ${size} ${mtimeMs}`;
};

/** May a machine open the device at all? It says nothing about whether a kernel runs. */
export const opensKvm = async (): Promise<boolean> => {
  try {
    await (await open('/dev/kvm', 'r+')).close();
    return await isKvmShared();
  } catch {
    return false;
  }
};
