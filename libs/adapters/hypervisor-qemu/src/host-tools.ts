import { access, constants, open, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Arch } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { isKvmShared } from './machine-identity.js';
import { MACHINE_MODELS } from './machine-models.js';

/** The first of the files that is there and may be read. */
export const firstReadable = async (paths: readonly string[]): Promise<string | undefined> => {
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

const qemu = (arch: Arch): Promise<string> => {
  const { program, package: packageName } = MACHINE_MODELS[arch];
  return tool(program, packageName);
};

/** Makes sure that a machine of the architecture can be started at all. Fault: TOOL_MISSING, with the package to install. */
export const requireQemu = async (arch: Arch): Promise<void> => {
  await qemu(arch);
  await tool('setpriv', 'util-linux');
};

/** Names this start of the host and the QEMU for its own architecture. */
export const hostIdentity = async (): Promise<string> => {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const { size, mtimeMs } = await stat(await qemu(hostArch()));
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
