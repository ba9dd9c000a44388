import { partsOf, type ConfirmedArtifact, type VersionPart } from '@gild/contracts';
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
  | { status: 'known'; definitionDigest?: string; builds: number; held: readonly HeldVersion[] };

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
 * for some of its architectures; one under way does not, because whoever asks for one would wait for the others.
 */
export const answeringVersion = (
  state: ImageState,
  question: EqualBuildQuestion,
): HeldVersion | undefined => {
  if (state.status === 'unknown') return undefined;
  const { jobId, version, bump, bootTest, reuse } = question;
  const parts = partsOf(question);
  const equal = (held: HeldVersion): boolean =>
    hasParts(held, parts) &&
    bump === undefined &&
    (held.bootTest || !bootTest) &&
    (reuse || held.confirmed === undefined) &&
    (version === undefined || version === held.version);
  return state.held.find((held) => held.jobId === jobId) ?? state.held.findLast(equal);
};

const hasParts = ({ parts, confirmed }: HeldVersion, wanted: readonly VersionPart[]): boolean =>
  wanted.every(({ inputDigest }) => parts.some((part) => part.inputDigest === inputDigest)) &&
  (confirmed !== undefined || parts.length === wanted.length);
