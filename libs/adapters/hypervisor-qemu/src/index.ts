export { qemuHypervisor } from './qemu-hypervisor.js';
