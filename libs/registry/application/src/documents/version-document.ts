import { GoldenImageVersion, type GoldenImageVersion as VersionDocument } from '@gild/contracts';
import { z } from 'zod';
import type { PublishedVersion } from '../views/images-view.js';

/** Bytes in GiB, to the millionth. */
const gibibytes = (bytes: number): number => Math.round((bytes / 2 ** 30) * 1e6) / 1e6;

/** What decides how the image was finished; a definition of another release may leave any of it out. */
const Finishing = z.object({
  compression: z.boolean().default(false),
  steps: z
    .object({ run_tests: z.boolean().default(true), compress_image: z.boolean().default(true) })
    .prefault({}),
});

/** The document of a published version. */
export const versionDocument = (published: PublishedVersion): VersionDocument => {
  const { artifact, definition } = published;
  const { object, packages } = artifact;
  const { compression, steps } = Finishing.parse(definition);
  return GoldenImageVersion.parse({
    image_name: published.imageName,
    version: published.version,
    build_number: published.buildNumber,
    created_at: published.publishedAt,
    created_by: published.createdBy,
    description: published.description,
    image_path: object.key,
    image_size_gb: gibibytes(object.sizeBytes),
    checksum: object.sha256,
    taskserv_versions: artifact.taskservVersions,
    build_job_id: published.jobId,
    boot_tested: published.bootTest && steps.run_tests,
    state: 'published',
    arch: artifact.arch,
    artifacts: [
      {
        arch: artifact.arch,
        format: artifact.format,
        compressed: artifact.format === 'vmdk' || (compression && steps.compress_image),
        path: object.key,
        size_bytes: object.sizeBytes,
        virtual_size_bytes: artifact.virtualSizeBytes,
        checksum: object.sha256,
        rootfs_sha256: artifact.rootfsSha256,
        packages: packages.key,
      },
    ],
    packages: packages.key,
  });
};
