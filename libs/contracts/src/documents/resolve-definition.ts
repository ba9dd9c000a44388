import {
  GoldenImageConfigDocument,
  type GoldenImageConfig,
  type GoldenImageConfigInput,
} from './golden-image-config.js';
import { DEFAULT_POLICY, type ImageBuildPolicy } from './image-build-policy.js';
import type { ImageBuildStepsInput } from './image-build-steps.js';
import { DEFAULT_OS_VERSION } from '../distributions/releases.js';

const LONGEST_CACHE_DAYS = 365;
const USUAL_TIMEOUT_MINUTES = 30;

type WithFlags = Pick<GoldenImageConfigInput, 'security_hardening' | 'optimize' | 'compression'>;

/** The time limit, in minutes, of a definition that names none. */
export const usualBuildMinutes = ({
  max_build_time_minutes: most,
}: Pick<ImageBuildPolicy, 'max_build_time_minutes'>): number => Math.min(USUAL_TIMEOUT_MINUTES, most);

const stepsFollowing = (flags: WithFlags, steps: ImageBuildStepsInput = {}): ImageBuildStepsInput => ({
  ...steps,
  apply_security_hardening: steps.apply_security_hardening ?? flags.security_hardening,
  apply_optimizations: steps.apply_optimizations ?? flags.optimize,
  compress_image: steps.compress_image ?? flags.compression,
});

const releaseOf = ({ base_os, os_version }: GoldenImageConfigInput, policy: ImageBuildPolicy) => {
  const os = base_os ?? policy.default_os;
  const usual = os === policy.default_os ? policy.default_version : DEFAULT_OS_VERSION[os];
  return { base_os: os, os_version: os_version ?? usual };
};

const flagsOf = (input: WithFlags, policy: ImageBuildPolicy) => ({
  optimize: input.optimize ?? policy.default_optimize,
  compression: input.compression ?? policy.default_compression,
  security_hardening: input.security_hardening ?? policy.default_security_hardening,
});

/**
 * Puts the policy's defaults where a definition is silent and leaves everything else as it is. A release is taken
 * from the policy only for the policy's own distribution.
 */
export const withPolicyDefaults = (
  input: GoldenImageConfigInput,
  policy: ImageBuildPolicy,
): GoldenImageConfigInput => {
  const flags = flagsOf(input, policy);
  const longestCache = Math.min(policy.default_cache_ttl_days, LONGEST_CACHE_DAYS);
  return {
    ...input,
    ...flags,
    ...releaseOf(input, policy),
    arch: input.arch ?? policy.default_arch,
    disk_size_gb: input.disk_size_gb ?? policy.default_disk_size_gb,
    cache_ttl_days: input.cache_ttl_days ?? longestCache,
    build_timeout_minutes: input.build_timeout_minutes ?? usualBuildMinutes(policy),
    steps: stepsFollowing(flags, input.steps),
  };
};

/**
 * The definition a build is made from: what the document says, then what the policy says, then the built-in
 * defaults. Resolving a resolved definition changes nothing. Throws a ZodError on an invalid document: check it
 * with `validateDefinition` first.
 */
export const resolveDefinition = (
  input: GoldenImageConfigInput,
  policy: ImageBuildPolicy = DEFAULT_POLICY,
): GoldenImageConfig => {
  const filled = withPolicyDefaults(input, policy);
  const definition = GoldenImageConfigDocument.parse(filled);
  return { ...definition, os_version: definition.os_version ?? DEFAULT_OS_VERSION[definition.base_os] };
};
