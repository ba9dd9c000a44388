import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';
import { BaseVersion } from '../build/build-inputs.js';
import { Artifact } from './artifact.js';
import { ConfirmedArtifact } from './image-events.js';
import { RecordedDefinition } from './recorded-definition.js';

/** The artifact of a version for one of its further architectures. */
export const FurtherArtifact = z.object({
  jobId: z.string(),
  attempt: z.int().min(1),
  inputDigest: z.hash('sha256'),
  artifact: Artifact,
});
export type FurtherArtifact = z.infer<typeof FurtherArtifact>;

/** The version exists from here on: its bytes were checked in the object store and never change. */
export const VersionPublished = event('VersionPublished', {
  imageName: z.string(),
  version: z.string(),
  buildNumber: z.int().min(1),
  jobId: z.string(),
  attempt: z.int().min(1),
  createdBy: z.string(),
  description: z.string().optional(),
  definition: RecordedDefinition,
  definitionDigest: z.hash('sha256'),
  inputDigest: z.hash('sha256'),
  artifact: Artifact,
  /** The golden image it was started from. */
  base: BaseVersion.optional(),
  /** The artifacts for further architectures, in the definition's order; absent: the one above is all there is. */
  others: z.array(FurtherArtifact).optional(),
});

type Publication = z.infer<typeof VersionPublished>['data'];

/** Every artifact of a published version, first that of its first architecture. */
export const publishedArtifacts = ({
  jobId,
  attempt,
  inputDigest,
  artifact,
  others = [],
}: Pick<Publication, 'jobId' | 'attempt' | 'inputDigest' | 'artifact' | 'others'>): readonly [
  FurtherArtifact,
  ...FurtherArtifact[],
] => [{ jobId, attempt, inputDigest, artifact }, ...others];

/**
 * The artifacts of a version, one for each of its architectures, were read and are what was reported. Comes before the number is
 * confirmed: from here on none of them is refused while the number is held, whoever finds it damaged afterwards.
 */
export const ArtifactsAccepted = event('ArtifactsAccepted', {
  /** In the order of the version. */
  artifacts: z.array(ConfirmedArtifact).min(1),
});

/** A reported artifact was not published: it may not be, or is not what the object store holds. */
export const ArtifactRefused = event('ArtifactRefused', {
  jobId: z.string(),
  attempt: z.int().min(1),
  message: z.string(),
  /**
   * Whether another attempt may be published; absent in old records, which says that it may. `cancelled`: the version
   * cannot come about, because another architecture has no artifact.
   */
  class: z.enum(['definition', 'infrastructure', 'cancelled']).optional(),
  code: z.string().optional(),
});

/** Everything that can be recorded in a `version-…` stream. */
export const VersionEvent = oneOf(ArtifactsAccepted, VersionPublished, ArtifactRefused);
export type VersionEvent = z.infer<typeof VersionEvent>;
