import type { GoldenImageConfig } from '@gild/contracts';
import { parseNetwork } from './network/parse-network.js';
import { buildableReleases, distributionPackages } from './recipes/distribution-packages.js';

/** What a definition asks for that this builder cannot do; a build refuses such a definition instead of ignoring it. */
export const unsupported = (definition: GoldenImageConfig, arch: string): readonly string[] => {
  const { base_os: os, os_version: release, steps } = definition;
  const wanted: readonly (readonly [boolean, string])[] = [
    [
      distributionPackages(os, release) === undefined,
      `${os} ${release} (this builder makes: ${buildableReleases.join(', ')})`,
    ],
    [arch !== 'x86_64', `architecture ${arch} (this builder makes: x86_64)`],
    [definition.optimize || steps.apply_optimizations, 'optimize'],
    [definition.security_hardening || steps.apply_security_hardening, 'security_hardening'],
    [definition.base_image !== undefined, 'base_image'],
    [steps.parallel_install, 'steps.parallel_install'],
    [!steps.prepare_base, 'steps.prepare_base: false (there is nothing to start from without it)'],
  ];
  return [...wanted.filter(([asked]) => asked).map(([, what]) => what), ...networkProblems(definition)];
};

const networkProblems = ({ network_config: text }: GoldenImageConfig): readonly string[] => {
  const parsed = text === undefined ? undefined : parseNetwork(text);
  return parsed?.ok === false ? parsed.problems : [];
};
