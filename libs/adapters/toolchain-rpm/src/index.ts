export { missingHostPrograms } from './host-programs.js';
export { rpmToolchain } from './rpm-toolchain.js';
export { type RpmToolchainOptions } from './toolchain-options.js';
