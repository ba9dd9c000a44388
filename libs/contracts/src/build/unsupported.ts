import type { GoldenImageConfig } from '../documents/golden-image-config.js';

/** Distributions and releases that this release of Gild can build, as `debian 12`. */
export const BUILDABLE_RELEASES: readonly string[] = ['debian 12'];

/**
 * What a definition asks for that this release of Gild cannot do. Such a definition is refused instead of being built without
 * it: by the registry before a number is reserved, and by an agent that is of an older release than the registry. The
 * architecture is not asked here: a build waits for an agent that has it.
 */
export const unsupported = (definition: GoldenImageConfig): readonly string[] => {
  const { base_os: os, os_version: release, steps } = definition;
  const wanted: readonly (readonly [boolean, string])[] = [
    [
      !BUILDABLE_RELEASES.includes(`${os} ${release}`),
      `${os} ${release} (this release of Gild builds: ${BUILDABLE_RELEASES.join(', ')})`,
    ],
    [definition.optimize || steps.apply_optimizations, 'optimize'],
    [definition.security_hardening || steps.apply_security_hardening, 'security_hardening'],
    [definition.base_image !== undefined, 'base_image'],
    [steps.parallel_install, 'steps.parallel_install'],
    [!steps.prepare_base, 'steps.prepare_base: false (there is nothing to start from without it)'],
    [
      !steps.install_dependencies && (definition.include_dev_tools || definition.include_kernel_headers),
      'steps.install_dependencies: false with include_dev_tools or include_kernel_headers (that step installs them)',
    ],
  ];
  return wanted.filter(([asked]) => asked).map(([, what]) => what);
};
