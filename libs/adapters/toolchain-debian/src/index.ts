export { debianToolchain } from './debian-toolchain.js';
export { type Mirrors } from './mirrors.js';
export { archOf, releaseOf, RELEASES, type Release } from './releases.js';
export { type DebianToolchainOptions } from './toolchain-options.js';
