import { z } from 'zod';
import { Arch } from './arch.js';
import { ImageName, ImageVersion, Sha256Hex, TaskservName, Timestamp, Ulid } from './field-formats.js';

/** Where a version stands in its life. */
export const VersionState = z.enum(['building', 'published', 'deprecated', 'revoked', 'deleted']);
export type VersionState = z.output<typeof VersionState>;

/** One image file of a version: its bytes never change. */
export const ImageArtifact = z.object({
  arch: Arch.describe('CPU architecture.'),
  format: z.enum(['qcow2', 'raw', 'vmdk']).describe('Format of the image.'),
  compressed: z.boolean().default(false).describe('Whether the file is compressed.'),
  path: z.string().min(1).describe('Where the file is stored.'),
  size_bytes: z.int().min(0).describe('Size of the file.'),
  virtual_size_bytes: z.int().min(0).optional().describe('Size of the disk a machine sees.'),
  checksum: Sha256Hex.describe('SHA-256 of the file.'),
  rootfs_sha256: Sha256Hex.optional().describe(
    'SHA-256 of the root file system inside: the same for the same inputs, whatever the format.',
  ),
  packages: z.string().optional().describe('Link to the package list and SBOM of this file.'),
  build_job_id: Ulid.optional().describe('Job that made it, when the version has several.'),
  taskserv_versions: z
    .record(TaskservName, z.string().min(1))
    .optional()
    .describe('What was really installed in it, when the version has several.'),
});
export type ImageArtifact = z.output<typeof ImageArtifact>;

const usageFields = {
  usage_count: z.int().min(0).default(0).describe('Machines ever started from it.'),
  vm_instances: z.array(z.string()).default([]).describe('Machines that run it now.'),
  last_used_at: Timestamp.optional().describe('When a machine last started from it.'),
};

const lifeFields = {
  state: VersionState.describe('Where the version stands.'),
  state_reason: z.string().optional().describe('Why it was deprecated, revoked or deleted.'),
  deprecated: z.boolean().default(false).describe('Not to be used for new machines.'),
  replacement_version: ImageVersion.optional().describe('Version to use instead.'),
  channels: z.array(z.string().min(1)).default([]).describe('Channels that point to it.'),
};

/** A published image under a number that never means anything else. */
export const GoldenImageVersion = z
  .object({
    image_name: ImageName.describe('Image.'),
    version: ImageVersion.describe('Semantic version; unique within the image.'),
    build_number: z
      .int()
      .min(1)
      .describe('How many times a version number of the image had been given to a build, this one included.'),
    created_at: Timestamp.describe('When it was made.'),
    created_by: z.string().min(1).describe('Who asked for it.'),
    description: z.string().optional().describe('Description from the definition.'),
    image_path: z.string().min(1).describe('Where the first image file is stored.'),
    image_size_gb: z.number().min(0).describe('Size of that file in GiB.'),
    checksum: Sha256Hex.describe('SHA-256 of that file.'),
    base_image_version: ImageVersion.optional().describe('Version of the golden image it was started from.'),
    taskserv_versions: z
      .record(TaskservName, z.string().min(1))
      .default({})
      .describe('What was really installed.'),
    build_job_id: Ulid.describe('Job that made it.'),
    boot_tested: z
      .boolean()
      .optional()
      .describe('Whether the image was booted and passed its checks before it was published.'),
    ...usageFields,
    ...lifeFields,
    arch: Arch.describe('CPU architecture of the first image file.'),
    artifacts: z
      .array(ImageArtifact)
      .default([])
      .describe('All image files, one per architecture and format.'),
    packages: z.string().optional().describe('Link to the package list and SBOM.'),
  })
  .meta({ title: 'GoldenImageVersion', description: 'A version of an image.' });
export type GoldenImageVersion = z.output<typeof GoldenImageVersion>;
