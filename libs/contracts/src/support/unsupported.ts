import type { Arch } from '../documents/arch.js';
import type { GoldenImageConfig } from '../documents/golden-image-config.js';
import type { Distribution } from '../documents/os-releases.js';
import { parseNetwork } from '../network/parse-network.js';
import { violation, type Violation } from '../validation/violation.js';

type Releases = Readonly<Partial<Record<Distribution, readonly string[]>>>;

/** What this release of Gild can build; a definition may name more, which then is refused instead of ignored. */
export const BUILDABLE: { readonly releases: Releases; readonly arches: readonly Arch[] } = {
  releases: { debian: ['12'] },
  arches: ['x86_64'],
};

const RELEASES = Object.entries(BUILDABLE.releases)
  .flatMap(([name, releases]) => releases.map((release) => `${name} ${release}`))
  .join(' or ');

/** What each field must be until Gild can build more, by its path; every other field may be whatever is sound. */
export const ONLY_BUILDABLE = {
  base_os: RELEASES,
  os_version: RELEASES,
  arch: BUILDABLE.arches.join(' or '),
  optimize: 'false',
  'steps.apply_optimizations': 'false',
  security_hardening: 'false',
  'steps.apply_security_hardening': 'false',
  'steps.prepare_base': 'true where there is no base_image',
  network_config: 'only what can be written into an image',
} as const satisfies Record<string, string>;

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
  return [refused(ofOs === undefined ? 'base_os' : 'os_version', `${os} ${release}`)];
};

const archProblems = (arch: Arch | undefined): Violation[] =>
  arch === undefined || BUILDABLE.arches.includes(arch) ? [] : [refused('arch', arch)];

const featureProblems = ({ steps, ...definition }: GoldenImageConfig): Violation[] => [
  ...refusedIf(definition.optimize, 'optimize', 'true'),
  ...refusedIf(steps.apply_optimizations && !definition.optimize, 'steps.apply_optimizations', 'true'),
  ...refusedIf(definition.security_hardening, 'security_hardening', 'true'),
  ...refusedIf(
    steps.apply_security_hardening && !definition.security_hardening,
    'steps.apply_security_hardening',
    'true',
  ),
  ...(steps.prepare_base || definition.base_image !== undefined
    ? []
    : [refused('steps.prepare_base', 'false', 'there is nothing to start from without it')]),
];

const refusedIf = (asked: boolean, field: Field, found: string): Violation[] =>
  asked ? [refused(field, found)] : [];

type Field = keyof typeof ONLY_BUILDABLE;

const refused = (field: Field, found: string, hint = HINT): Violation =>
  violation({ path: field.split('.'), expected: ONLY_BUILDABLE[field], found, hint });

const networkProblems = ({ network_config: text }: GoldenImageConfig): Violation[] => {
  const parsed = text === undefined ? undefined : parseNetwork(text);
  if (parsed?.ok !== false) return [];
  return parsed.problems.map((path) =>
    violation({
      path: ['network_config', ...path],
      expected: ONLY_BUILDABLE.network_config,
      found: 'something else',
      hint: HINT,
    }),
  );
};
