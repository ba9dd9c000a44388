import { join } from 'node:path';
import { likelyAcceleration, uefiFirmware, vmPrograms, type VmShape } from '@gild/hypervisor-qemu';
import { homeOf } from '../../farm/home.js';
import { X86_LEVEL } from '../x86-level.js';
import type { VmDocument } from './vm-document.js';
import { FILES } from './vm-folder.js';

/** What a machine on record is made of. */
export type VmParts = Pick<
  VmDocument,
  'vm_id' | 'uuid' | 'arch' | 'folder' | 'memory_mib' | 'processors' | 'firmware' | 'ssh_port'
>;

/** `isProven`: a boot on this host has shown that its accelerator works. */
export type Machine = { shape: VmShape; isProven: boolean };

/** What a document of a VM tells of how this host runs it. */
export const told = ({
  shape,
}: Pick<Machine, 'shape'>): Pick<VmDocument, 'disk' | 'seed' | 'accelerator' | 'boot'> => ({
  ...{ disk: shape.disk, seed: shape.seed, accelerator: shape.accelerator },
  boot: vmPrograms(shape).inTerminal,
});

/** The machine as this host can run it now. Faults: TOOL_MISSING, UNSUPPORTED. */
export const machineOf = async (vm: VmParts, env: NodeJS.ProcessEnv): Promise<Machine> => {
  const { arch, folder } = vm;
  const uefi = await uefiFirmware(arch, vm.firmware);
  const { accelerator, isProven } = await likelyAcceleration(arch, homeOf(env).agentState);
  const shape: VmShape = {
    ...{ vmId: vm.vm_id, uuid: vm.uuid, arch, accelerator, x86Level: X86_LEVEL },
    ...{ memoryMiB: vm.memory_mib, processors: vm.processors, sshPort: vm.ssh_port },
    ...{ disk: join(folder, FILES.disk), seed: join(folder, FILES.seed) },
    uefi: uefi && { ...uefi, variables: join(folder, FILES.uefiVariables) },
  };
  return { shape, isProven };
};
