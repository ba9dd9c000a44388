export { qemuHypervisor, rememberedAccelerator } from './qemu-hypervisor.js';
