import { z } from 'zod';
import { ArchName, type Arch } from './arch.js';
import {
  ImageName,
  IpAddress,
  LabelKey,
  PackageVersion,
  TaskservName,
  VersionRange,
} from './field-formats.js';
import { ImageBuildSteps, ImageBuildStepsDocument } from './image-build-steps.js';
import { NetworkConfigText } from './network-config-text.js';
import { DISTRIBUTIONS } from '../distributions/distribution.js';
import { SshPublicKey } from './ssh-public-key.js';
import { uniqueList } from './unique-list.js';

const flag = (initial: boolean, meaning: string) => z.boolean().default(initial).describe(meaning);

const identityFields = {
  name: ImageName.describe('Identity of the image; unique in a registry.'),
  description: z.string().optional().describe('Shown with the image and written into its release file.'),
  base_os: z.enum(DISTRIBUTIONS).default('ubuntu').describe('Distribution.'),
  os_version: z
    .string()
    .min(1)
    .optional()
    .describe('A known release of `base_os`; left out: the default of the policy or of the distribution.'),
  arch: z
    .union([ArchName, uniqueList(z.array(ArchName).min(1).max(2))])
    .meta({ errorMessage: 'expected one of x86_64, aarch64, arm64, or a list of them' })
    .prefault('x86_64')
    .describe('CPU architecture, or a list of them: one artifact each under one version. arm64 is aarch64.'),
};

const contentFields = {
  taskservs: uniqueList(z.array(TaskservName).max(50))
    .default([])
    .describe('Services to install; their dependencies decide the order.'),
  taskserv_versions: z
    .record(TaskservName, PackageVersion)
    .default({})
    .describe('Pins the package version of an installed taskserv.'),
  exclude_taskservs: uniqueList(z.array(TaskservName))
    .default([])
    .describe('Taskservs left out, also when another one would pull them in.'),
  optimize: flag(false, 'Faster boot and smaller image.'),
  include_dev_tools: flag(false, 'Compiler, make and git.'),
  include_kernel_headers: flag(false, 'Headers of exactly the installed kernel.'),
  cleanup_package_manager: flag(
    true,
    'Leave no package lists and no package archives in the image. Off, those stay that a script fetched: the build itself leaves none.',
  ),
};

const outputFields = {
  disk_size_gb: z
    .int()
    .min(10)
    .max(500)
    .default(30)
    .describe('Virtual size in GiB; the root file system grows to it at first boot.'),
  disk_format: z.enum(['qcow2', 'raw', 'vmdk']).default('qcow2').describe('Format of the image file.'),
  compression: flag(true, 'Compress the image: qcow2 in zstd clusters, raw as `.raw.zst`, vmdk always.'),
  cache_enabled: flag(true, 'Hosts may keep the image in their cache.'),
  cache_ttl_days: z.int().min(1).max(365).default(30).describe('How long a host keeps the image, in days.'),
  cache_storage: z
    .string()
    .min(1)
    .optional()
    .describe('The folder that hosts keep the image in, an absolute path; without, where the policy says.'),
};

const firstBootFields = {
  network_config: NetworkConfigText.optional().describe(
    'cloud-init network configuration (version 1 or 2) as YAML text, used on first boot.',
  ),
  dns_servers: z.array(IpAddress).default([]).describe('Resolvers on first boot.'),
  security_hardening: flag(false, 'Kernel settings, sshd, umask, file modes, audit rules, unneeded modules.'),
  auto_updates: flag(true, 'Unattended upgrades.'),
  ssh_public_keys: z
    .array(SshPublicKey)
    .default([])
    .describe('OpenSSH public keys that may log in as the default user. There is no password login.'),
};

const buildFields = {
  build_timeout_minutes: z
    .int()
    .min(5)
    .default(30)
    .describe('Time limit of the whole build; at most `max_build_time_minutes` of the policy.'),
  build_retries: z
    .int()
    .min(0)
    .max(10)
    .default(3)
    .describe('New attempts after failures of the infrastructure; a failing install script is not retried.'),
  parallel_builds: flag(false, 'Builds of this image may run at the same time.'),
  auto_rebuild: z
    .boolean()
    .optional()
    .describe(
      'Built again by itself when a newer version of its base image fits, or a taskserv of it changed. Left out: it is not.',
    ),
};

const baseImage = { name: ImageName, version: VersionRange };
const BASE_IMAGE = 'Another golden image to start from: its name and a semver range.';

const labels = z
  .record(LabelKey, z.string().max(1024))
  .default({})
  .describe('Free keys and values to search by.');

const STEPS = 'Which steps of the build run.';

/** The definition of an image as people write it: unknown keys are refused, defaults may be left out. */
export const GoldenImageConfigDocument = z
  .strictObject({
    ...identityFields,
    ...contentFields,
    ...outputFields,
    ...firstBootFields,
    ...buildFields,
    steps: ImageBuildStepsDocument.prefault({}).describe(STEPS),
    base_image: z.strictObject(baseImage).optional().describe(BASE_IMAGE),
    labels,
  })
  .meta({ title: 'GoldenImageConfig', description: 'The definition of a golden image.' });
export type GoldenImageConfigInput = z.input<typeof GoldenImageConfigDocument>;

/**
 * A resolved definition: every default filled, `arm64` spelled `aarch64`. This is what a job records and what the
 * identity of a definition is computed from. Unknown keys are of a newer writer and are dropped.
 */
export const GoldenImageConfig = z
  .object({
    ...identityFields,
    ...contentFields,
    ...outputFields,
    ...firstBootFields,
    ...buildFields,
    os_version: z.string().min(1).describe('Release of the distribution.'),
    steps: ImageBuildSteps.describe(STEPS),
    base_image: z.object(baseImage).optional().describe(BASE_IMAGE),
    labels,
  })
  .meta({ title: 'GoldenImageConfig' });
export type GoldenImageConfig = z.output<typeof GoldenImageConfig>;

/** The architectures of a definition in the order it gives them; never empty. */
export const archesOf = (config: Pick<GoldenImageConfig, 'arch'>): readonly Arch[] =>
  typeof config.arch === 'string' ? [config.arch] : config.arch;
