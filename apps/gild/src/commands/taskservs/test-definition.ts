import { DEFAULT_OS_VERSION, DISTRIBUTIONS, type Distribution } from '@gild/contracts';
import type { CommonOptions } from '../context.js';

export type TestFlags = CommonOptions & { baseOs: string; osVersion?: string; arch: string };

export const DEFAULT_TEST_OS: Distribution = 'debian';
export const HOST_ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** The smallest and quickest image there is to say about a taskserv whether it works. */
export const testDefinition = (name: string, { baseOs, osVersion, arch }: TestFlags) => {
  const os = DISTRIBUTIONS.find((known) => known === baseOs);
  const release = osVersion ?? (os && DEFAULT_OS_VERSION[os]);
  return {
    name: `test-of-${name}`,
    base_os: baseOs,
    // Without one where there is no such system, which the check of the definition says better.
    ...(release && { os_version: release }),
    arch,
    taskservs: [name],
    disk_size_gb: 10,
    compression: false,
    build_retries: 0,
    build_timeout_minutes: 60,
  };
};
