import type { Arch } from '@gild/contracts';

/** The architecture of images that tests build from programs of the host. */
export const TEST_ARCH: Arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
