import { partsOf, type ConfirmedArtifact, type VersionPart } from '@gild/contracts';
import { NO_LIFE, standingOf, type LifeState } from '../life/life-state.js';
import type { VersionContent } from '../naming/next-version.js';

/** A number that belongs to a build; for good once an artifact for each architecture was confirmed for it. */
export type HeldVersion = {
  version: string;
  buildNumber: number;
  /** The job that holds the number: that of the first part. */
  jobId: string;
  parts: readonly [VersionPart, ...VersionPart[]];
  /** Whether the image was, or is to be, booted before it is published. */
  bootTest: boolean;
  content: VersionContent;
  /** The artifacts, in the order of the parts. */
  confirmed?: readonly ConfirmedArtifact[];
};

export type ImageState =
  | { status: 'unknown' }
  | {
      status: 'known';
      definitionDigest?: string;
      builds: number;
      held: readonly HeldVersion[];
      life: LifeState;
    };

type Known = Extract<ImageState, { status: 'known' }>;

/** The state as that of an image of which something is known, even if it is nothing. */
export const known = (state: ImageState): Known =>
  state.status === 'known' ? state : { status: 'known', builds: 0, held: [], life: NO_LIFE };

/** What a build asks for, as far as an equal one may answer it. */
export type EqualBuildQuestion = Parameters<typeof partsOf>[0] & {
  version?: string | undefined;
  bump?: 'major' | 'minor' | 'patch' | undefined;
  bootTest: boolean;
  reuse: boolean;
};

/**
 * The number that already answers the question: the asking job's own, or that of a build of equal inputs. An image that
 * nobody booted does not answer for a tested one, and nothing answers who asks for a new number. A finished version also answers
 * for some of its architectures; one under way does not, because whoever asks for one would wait for the others. Nor does one that was
 * deprecated, revoked or deleted.
 */
export const answeringVersion = (
  state: ImageState,
  question: EqualBuildQuestion,
): HeldVersion | undefined => {
  if (state.status === 'unknown') return undefined;
  const { jobId, version, bump, bootTest, reuse } = question;
  const parts = partsOf(question);
  const { held, life } = state;
  const isGood = (version: string): boolean => standingOf(life.fates.get(version)) === 'published';
  const equal = (it: HeldVersion): boolean =>
    hasParts(it, parts) &&
    bump === undefined &&
    (it.bootTest || !bootTest) &&
    (reuse || it.confirmed === undefined) &&
    (version === undefined || version === it.version);
  return held.find((it) => it.jobId === jobId) ?? held.findLast((it) => equal(it) && isGood(it.version));
};

const hasParts = ({ parts, confirmed }: HeldVersion, wanted: readonly VersionPart[]): boolean =>
  wanted.every(({ inputDigest }) => parts.some((part) => part.inputDigest === inputDigest)) &&
  (confirmed !== undefined || parts.length === wanted.length);
