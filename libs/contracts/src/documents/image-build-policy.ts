import { z } from 'zod';
import { ArchName } from './arch.js';
import { DISTRIBUTIONS } from '../distributions/distribution.js';
import { DEFAULT_OS_VERSION } from '../distributions/releases.js';

const flag = (initial: boolean, meaning: string) => z.boolean().default(initial).describe(meaning);

const fields = {
  default_os: z
    .enum(DISTRIBUTIONS)
    .default('ubuntu')
    .describe('Distribution of a definition that names none.'),
  default_version: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Release of `default_os` for a definition that names none; left out: the default of the distribution.',
    ),
  default_arch: ArchName.prefault('x86_64').describe('CPU architecture of a definition that names none.'),
  default_disk_size_gb: z
    .int()
    .min(10)
    .max(500)
    .default(30)
    .describe('Virtual disk size in GiB of a definition that names none.'),
  max_parallel_builds: z.int().min(1).default(3).describe('Builds that may run at the same time.'),
  max_build_time_minutes: z.int().min(5).default(60).describe('Longest time a build may be given.'),
  max_image_size_gb: z
    .number()
    .min(10)
    .default(100)
    .describe('Largest image file that may be published, in GiB.'),
  cache_enabled: flag(true, 'Hosts may cache images.'),
  cache_location: z.string().min(1).optional().describe('Where hosts keep cached images.'),
  default_cache_ttl_days: z
    .int()
    .min(1)
    .default(30)
    .describe('Cache time in days of a definition that names none; a definition gets at most 365.'),
  max_cache_size_gb: z.number().min(50).default(500).describe('Largest cache of a host, in GiB.'),
  auto_cleanup_expired: flag(true, 'Expired cache entries are removed without being asked.'),
  cleanup_interval_hours: z.int().min(1).default(24).describe('Hours between two clean-ups.'),
  min_disk_free_percent: z
    .number()
    .min(5)
    .max(50)
    .default(10)
    .describe('Share of a disk that stays free, in percent: below it nothing is built or cached there.'),
  auto_create_versions: flag(true, 'A successful build is published as a version without being asked.'),
  version_naming: z
    .enum(['semantic', 'timestamp', 'sequential'])
    .default('semantic')
    .describe('How the next version of an image is named.'),
  default_optimize: flag(false, '`optimize` of a definition that leaves it out.'),
  default_compression: flag(true, '`compression` of a definition that leaves it out.'),
  default_security_hardening: flag(false, '`security_hardening` of a definition that leaves it out.'),
};

const FOLDER = 'the absolute path of a folder other than /, without "..", such as /var/lib/images';

/** The policy of a registry as people write it: unknown keys are refused, defaults may be left out. */
export const ImageBuildPolicyDocument = z
  .strictObject({
    ...fields,
    cache_location: z
      .string()
      .regex(/^\/(?!\/*$)(?!(\P{Cc}*\/)?\.\.(\/|$))\P{Cc}+$/u, { error: `expected ${FOLDER}` })
      .meta({ errorMessage: `expected ${FOLDER}` })
      .optional()
      .describe('Folder on every host in which `gild-host-cache` is its cache; left out: one of its own.'),
  })
  .meta({
    title: 'ImageBuildPolicy',
    description: 'Limits of a registry and the defaults of the definitions built in it.',
  });
export type ImageBuildPolicyInput = z.input<typeof ImageBuildPolicyDocument>;

/** A policy with every default filled. Unknown keys are of a newer writer and are dropped. */
export const ImageBuildPolicy = z
  .object({
    ...fields,
    default_version: z.string().min(1).describe('Release of `default_os` for a definition that names none.'),
  })
  .meta({ title: 'ImageBuildPolicy' });
export type ImageBuildPolicy = z.output<typeof ImageBuildPolicy>;

/** Fills what a valid policy leaves out. Throws a ZodError on an invalid one. */
export const resolvePolicy = (input: ImageBuildPolicyInput): ImageBuildPolicy => {
  const policy = ImageBuildPolicyDocument.parse(input);
  return { ...policy, default_version: policy.default_version ?? DEFAULT_OS_VERSION[policy.default_os] };
};

/** The policy of a registry nobody has changed. */
export const DEFAULT_POLICY: ImageBuildPolicy = resolvePolicy({});
