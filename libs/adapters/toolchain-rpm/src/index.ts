export { rpmToolchain } from './rpm-toolchain.js';
export { type RpmToolchainOptions, type ToldMirrors } from './toolchain-options.js';
