import { access, constants, open, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Arch } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { isKvmShared } from './machine-identity.js';
import { MACHINE_MODELS } from './machine-models.js';

/** The first of the files that is there; undefined when none is. */
export type Find = (paths: readonly string[]) => Promise<string | undefined>;

/** Something of the host that boots need, and Debian's package that brings it. */
export type HostTool = { name: string; package: string };

/** The first of the files that is there and may be read. */
export const firstReadable: Find = async (paths) => {
  for (const path of paths) {
    const isThere = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
};

/** Where a program may be. */
export const inPath = (program: string): string[] =>
  `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program));

/** QEMU for machines of the architecture. */
export const machineTool = (arch: Arch): HostTool => {
  const { program, package: packageName } = MACHINE_MODELS[arch];
  return { name: program, package: packageName };
};

/** Every package once. */
export const packagesOf = (tools: readonly HostTool[]): readonly string[] => [
  ...new Set(tools.map((tool) => tool.package)),
];

/** Says everything that is to be installed. */
export const toolsMissing = (arch: Arch, tools: readonly HostTool[]): Fault =>
  new Fault(
    'TOOL_MISSING',
    `A machine for ${arch} needs ${tools.map(({ name }) => name).join(', ')} on this host, which it lacks. ` +
      `Install what brings it (apt-get install ${packagesOf(tools).join(' ')}) and try again.`,
  );

/** Names this start of the host and the QEMU for its own architecture. Fault: TOOL_MISSING. */
export const hostIdentity = async (): Promise<string> => {
  const tool = machineTool(hostArch());
  const path = await firstReadable(inPath(tool.name));
  if (path === undefined) throw toolsMissing(hostArch(), [tool]);
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const { size, mtimeMs } = await stat(path);
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
