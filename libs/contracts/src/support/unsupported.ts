import type { Arch } from '../documents/arch.js';
import type { GoldenImageConfig } from '../documents/golden-image-config.js';
import type { Distribution } from '../documents/os-releases.js';
import { parseNetwork } from '../network/parse-network.js';
import { violation, type FieldPath, type Violation } from '../validation/violation.js';

type Releases = Readonly<Partial<Record<Distribution, readonly string[]>>>;

/** What this release of Gild can build; a definition may name more, which then is refused instead of ignored. */
export const BUILDABLE: { readonly releases: Releases; readonly arches: readonly Arch[] } = {
  releases: { debian: ['12'] },
  arches: ['x86_64'],
};

/**
 * What a sound definition asks for that this release of Gild cannot do. Such a definition is refused instead of being built
 * without it: by the registry before a number is reserved, and by an agent, that may be of another release. `arch`: the
 * agent's; the registry leaves it out, because a build waits for an agent that has it.
 */
export const unsupportedViolations = (definition: GoldenImageConfig, arch?: Arch): readonly Violation[] => [
  ...releaseProblems(definition),
  ...archProblems(arch),
  ...featureProblems(definition),
  ...networkProblems(definition),
];

const HINT = 'Gild cannot build that yet';

const releaseProblems = ({ base_os: os, os_version: release }: GoldenImageConfig): Violation[] => {
  const ofOs = BUILDABLE.releases[os];
  if (ofOs?.includes(release) === true) return [];
  const all = Object.entries(BUILDABLE.releases).flatMap(([name, them]) => them.map((it) => `${name} ${it}`));
  return [
    violation({
      path: [ofOs === undefined ? 'base_os' : 'os_version'],
      expected: all.join(' or '),
      found: `${os} ${release}`,
      hint: HINT,
    }),
  ];
};

const archProblems = (arch: Arch | undefined): Violation[] =>
  arch === undefined || BUILDABLE.arches.includes(arch)
    ? []
    : [violation({ path: ['arch'], expected: BUILDABLE.arches.join(' or '), found: arch, hint: HINT })];

const featureProblems = ({ steps, ...definition }: GoldenImageConfig): Violation[] => [
  ...switchedOn(definition.optimize, ['optimize']),
  ...switchedOn(steps.apply_optimizations && !definition.optimize, ['steps', 'apply_optimizations']),
  ...switchedOn(definition.security_hardening, ['security_hardening']),
  ...switchedOn(steps.apply_security_hardening && !definition.security_hardening, [
    'steps',
    'apply_security_hardening',
  ]),
  ...(definition.base_image === undefined
    ? []
    : [violation({ path: ['base_image'], expected: 'no base image', found: 'one', hint: HINT })]),
  ...switchedOn(steps.parallel_install, ['steps', 'parallel_install']),
  ...(steps.prepare_base
    ? []
    : [
        violation({
          path: ['steps', 'prepare_base'],
          expected: 'true',
          found: 'false',
          hint: 'there is nothing to start from without it',
        }),
      ]),
];

const switchedOn = (asked: boolean, path: FieldPath): Violation[] =>
  asked ? [violation({ path, expected: 'false', found: 'true', hint: HINT })] : [];

const networkProblems = ({ network_config: text }: GoldenImageConfig): Violation[] => {
  const parsed = text === undefined ? undefined : parseNetwork(text);
  if (parsed?.ok !== false) return [];
  return parsed.problems.map((path) =>
    violation({
      path: ['network_config', ...path],
      expected: 'only what can be written into an image',
      found: 'something else',
      hint: HINT,
    }),
  );
};
