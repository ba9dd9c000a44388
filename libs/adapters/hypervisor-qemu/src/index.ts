export { bootPackages, missingBootTools, requireBootTools } from './boot-tools.js';
export { qemuHypervisor, rememberedAccelerator } from './qemu-hypervisor.js';
export { uefiFirmware } from './uefi-firmware.js';
export type { VmShape } from './vm-arguments.js';
export { likelyAcceleration, usualFirmware, vmPrograms, writeFirmwareVariables } from './vm-machine.js';
export { startVm, type VmProcess } from './vm-process.js';
