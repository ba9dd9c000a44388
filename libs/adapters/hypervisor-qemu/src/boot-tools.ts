import { type Arch, type Firmware, FIRMWARES } from '@gild/contracts';
import type { BootsToCome } from '@gild/ports';
import {
  type Find,
  firstReadable,
  type HostTool,
  inPath,
  machineTool,
  packagesOf,
  toolsMissing,
} from './host-tools.js';
import { firmwareBuild, firmwareTool, flashOf } from './uefi-firmware.js';

type Need = HostTool & { isThere: (find: Find) => Promise<boolean> };

const program = (tool: HostTool): Need => ({
  ...tool,
  isThere: async (find) => (await find(inPath(tool.name))) !== undefined,
});

/** None for a BIOS: QEMU brings it. */
const firmwareNeeds = (arch: Arch, firmware: Firmware): Need[] => {
  const build = firmwareBuild(arch, firmware);
  if (build === undefined) return [];
  const isThere = async (find: Find) => (await flashOf(build, find)) !== undefined;
  return [{ ...firmwareTool(firmware, build), isThere }];
};

const machineNeeds = ({ arch, firmwares }: BootsToCome): Need[] => [
  program(machineTool(arch)),
  ...firmwares.flatMap((firmware) => firmwareNeeds(arch, firmware)),
];

/** Debian's packages that bring the machines images of the architecture are booted in, and their firmware. */
export const bootPackages = (arch: Arch): readonly string[] =>
  packagesOf(machineNeeds({ arch, firmwares: FIRMWARES[arch] }));

type Missing = { names: readonly string[]; packages: readonly string[] };

const missingOf = async (boots: BootsToCome, find: Find): Promise<readonly HostTool[]> => {
  const needs = [program({ name: 'setpriv', package: 'util-linux' }), ...machineNeeds(boots)];
  const found = await Promise.all(needs.map(({ isThere }) => isThere(find)));
  return needs.filter((_, index) => found[index] === false);
};

/** What of it this host lacks, with the packages to install; undefined when it has everything. Fault: UNSUPPORTED. */
export const missingBootTools = async (
  boots: BootsToCome,
  find: Find = firstReadable,
): Promise<Missing | undefined> => {
  const missing = await missingOf(boots, find);
  if (missing.length === 0) return undefined;
  return { names: missing.map(({ name }) => name), packages: packagesOf(missing) };
};

/** Looks before a machine is made ready. Faults: TOOL_MISSING, with everything to install, and UNSUPPORTED. */
export const requireBootTools = async (boots: BootsToCome, find: Find = firstReadable): Promise<void> => {
  const missing = await missingOf(boots, find);
  if (missing.length > 0) throw toolsMissing(boots.arch, missing);
};
