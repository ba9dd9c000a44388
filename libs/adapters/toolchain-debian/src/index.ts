export { debianToolchain } from './debian-toolchain.js';
export { type DebianToolchainOptions } from './toolchain-options.js';
