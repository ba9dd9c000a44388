export { bootPackages, missingBootTools, requireBootTools } from './boot-tools.js';
export type { UefiFlash } from './qemu-arguments.js';
export { qemuHypervisor, rememberedAccelerator } from './qemu-hypervisor.js';
export type { VmShape } from './vm-arguments.js';
export { likelyAcceleration, ownFirmware, usualFirmware, vmPrograms } from './vm-machine.js';
export { startVm, type VmProcess } from './vm-process.js';
