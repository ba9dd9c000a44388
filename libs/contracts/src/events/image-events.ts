import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';
import { BaseVersion } from '../build/build-inputs.js';
import { VersionPart } from '../build/version-part.js';
import {
  ChannelMoved,
  ChannelRemoved,
  DeprecationWithdrawn,
  VersionDeleted,
  VersionDeprecated,
  VersionRevoked,
} from './life-events.js';
import { RecordedDefinition } from './recorded-definition.js';

/** The image's definition is now this one (resolved, canonical). Recorded only when its digest changes. */
export const ImageDefined = event('ImageDefined', {
  imageName: z.string(),
  definition: RecordedDefinition,
  definitionDigest: z.hash('sha256'),
});

/** The version number belongs to this build until the version is published or the number is given back. */
export const VersionReserved = event('VersionReserved', {
  version: z.string(),
  buildNumber: z.int().min(1),
  jobId: z.string(),
  arch: z.string(),
  definition: RecordedDefinition,
  definitionDigest: z.hash('sha256'),
  inputDigest: z.hash('sha256'),
  /** Names of what is installed, in install order, pulled-in ones included: the next number depends on it. */
  taskservs: z.array(z.string()),
  /** Whether the image is booted before it is published; absent: it is. */
  bootTest: z.boolean().optional(),
  /** The golden image it starts from: the newest that fitted when the build was asked for. */
  base: BaseVersion.optional(),
  /** Every architecture, first the one above; absent: it is the only one. */
  parts: z.array(VersionPart).optional(),
});

/** The artifact of one attempt, by its digest. */
export const ConfirmedArtifact = z.object({
  jobId: z.string(),
  attempt: z.int().min(1),
  checksum: z.hash('sha256'),
});
export type ConfirmedArtifact = z.infer<typeof ConfirmedArtifact>;

/**
 * The artifact of this attempt, and of one for every other architecture, was checked and gets the number for good. Comes before the version is published: from
 * here on the number cannot be given back, so a cancellation at the same moment cannot free it.
 */
export const VersionConfirmed = event('VersionConfirmed', {
  version: z.string(),
  jobId: z.string(),
  attempt: z.int().min(1),
  checksum: z.hash('sha256'),
  /** The artifacts for the further architectures of the version, in their order; absent: there are none. */
  others: z.array(ConfirmedArtifact).optional(),
});

/** The build ended without an artifact; the number may be used again, because nothing was ever published under it. */
export const VersionReleased = event('VersionReleased', { version: z.string(), jobId: z.string() });

const LIFE = [
  ChannelMoved,
  ChannelRemoved,
  VersionDeprecated,
  DeprecationWithdrawn,
  VersionRevoked,
  VersionDeleted,
] as const;

/** What becomes of finished versions, and the channels that point to them: part of an `image-…` stream. */
export const LifeEvent = oneOf(...LIFE);
export type LifeEvent = z.infer<typeof LifeEvent>;

const LIFE_TYPES: ReadonlySet<string> = new Set(LIFE.map(({ shape }) => shape.type.value));

/** Whether an event of an image is about finished versions or channels, and not about numbers. */
export const isLifeEvent = (event: ImageEvent): event is LifeEvent => LIFE_TYPES.has(event.type);

/** Everything that can be recorded in an `image-…` stream. */
export const ImageEvent = oneOf(ImageDefined, VersionReserved, VersionConfirmed, VersionReleased, ...LIFE);
export type ImageEvent = z.infer<typeof ImageEvent>;
