import {
  GoldenImageVersion,
  publishedArtifacts,
  type Artifact,
  type FurtherArtifact,
  type GoldenImageVersion as VersionDocument,
} from '@gild/contracts';
import { channelsAt, standingOf, type LifeState } from '@gild/registry-domain';
import { z } from 'zod';
import type { PublishedVersion } from '../views/images-view.js';
import type { Usage } from '../views/vms-view.js';
import { asDocument } from './as-document.js';

/** Bytes in GiB, to the millionth. */
const gibibytes = (bytes: number): number => Math.round((bytes / 2 ** 30) * 1e6) / 1e6;

/** What decides how the image was finished; a definition of another release may leave any of it out. */
const Finishing = z.object({
  compression: z.boolean().default(false),
  steps: z
    .object({ run_tests: z.boolean().default(true), compress_image: z.boolean().default(true) })
    .prefault({}),
});

/** The document of a published version: of every one that was ever recorded, also with less than is asked for now. */
export const versionDocument = (
  published: PublishedVersion,
  life: LifeState,
  usage: Usage,
): VersionDocument =>
  asDocument(GoldenImageVersion, {
    ...written(mended(published)),
    ...lifeFields(published.version, life),
    ...usageFields(usage),
  });

/** Why there would be no sound document of what is about to be published; undefined when there is one. */
export const documentDefect = (published: PublishedVersion): string | undefined => {
  const { error } = GoldenImageVersion.safeParse(written(published));
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};

/** Versions of nothing and digests in capitals were once published; they are not any more. */
const mended = ({ artifact, others, ...published }: PublishedVersion): PublishedVersion => ({
  ...published,
  artifact: mendedArtifact(artifact),
  ...(others && { others: others.map((it) => ({ ...it, artifact: mendedArtifact(it.artifact) })) }),
});

const mendedArtifact = (artifact: Artifact): Artifact => ({
  ...artifact,
  rootfsSha256: artifact.rootfsSha256.toLowerCase(),
  taskservVersions: Object.fromEntries(
    Object.entries(artifact.taskservVersions).filter(([, version]) => version !== ''),
  ),
});

const usageFields = ({ starts, running, lastStartAt }: Usage) => ({
  usage_count: starts,
  vm_instances: [...running].sort(),
  ...(lastStartAt !== undefined && { last_used_at: lastStartAt }),
});

const written = (published: PublishedVersion) => {
  const { artifact, definition } = published;
  const { object, packages } = artifact;
  const { steps } = Finishing.parse(definition);
  return {
    image_name: published.imageName,
    version: published.version,
    build_number: published.buildNumber,
    created_at: published.publishedAt,
    created_by: published.createdBy.trim() || 'unknown',
    description: published.description,
    image_path: object.key,
    image_size_gb: gibibytes(object.sizeBytes),
    checksum: object.sha256,
    ...(published.base && { base_image_version: published.base.version }),
    taskserv_versions: artifact.taskservVersions,
    build_job_id: published.jobId,
    boot_tested: published.bootTest && steps.run_tests,
    state: 'published' as const,
    arch: artifact.arch,
    artifacts: publishedArtifacts(published).map((built) => ({
      ...artifactDocument(built, definition),
      ...(published.others && {
        build_job_id: built.jobId,
        taskserv_versions: built.artifact.taskservVersions,
      }),
    })),
    packages: packages.key,
  };
};

const lifeFields = (version: string, life: LifeState) => {
  const fate = life.fates.get(version);
  const { deprecated, revoked, deleted } = fate ?? {};
  return {
    state: standingOf(fate),
    state_reason: (deleted ?? revoked ?? deprecated)?.reason,
    deprecated: deprecated !== undefined,
    replacement_version: deprecated?.replacement,
    channels: channelsAt(version, life),
  };
};

const artifactDocument = ({ artifact }: FurtherArtifact, definition: Record<string, unknown>) => {
  const { object, packages, format } = artifact;
  const { compression, steps } = Finishing.parse(definition);
  return {
    arch: artifact.arch,
    format,
    compressed: format === 'vmdk' || (compression && steps.compress_image),
    path: object.key,
    size_bytes: object.sizeBytes,
    virtual_size_bytes: artifact.virtualSizeBytes,
    checksum: object.sha256,
    rootfs_sha256: artifact.rootfsSha256,
    packages: packages.key,
  };
};
