export { bootPackages, missingBootTools } from './boot-tools.js';
export { qemuHypervisor, rememberedAccelerator } from './qemu-hypervisor.js';
