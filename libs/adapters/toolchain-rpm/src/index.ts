export { missingHostPrograms } from './host-programs.js';
export { notBuilt, releasesWithoutSources } from './not-built.js';
export { rpmToolchain } from './rpm-toolchain.js';
export { type RpmToolchainOptions } from './toolchain-options.js';
