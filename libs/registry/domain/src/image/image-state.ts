import type { VersionContent } from '../naming/next-version.js';

/** A number that belongs to a build; for good once the artifact of an attempt was confirmed for it. */
export type HeldVersion = {
  version: string;
  buildNumber: number;
  jobId: string;
  inputDigest: string;
  /** Whether the image was, or is to be, booted before it is published. */
  bootTest: boolean;
  content: VersionContent;
  confirmed?: { attempt: number; checksum: string };
};

export type ImageState =
  | { status: 'unknown' }
  | { status: 'known'; definitionDigest?: string; builds: number; held: readonly HeldVersion[] };

/** What a build asks for, as far as an equal one may answer it. */
export type EqualBuildQuestion = {
  jobId: string;
  inputDigest: string;
  version?: string | undefined;
  bump?: 'major' | 'minor' | 'patch' | undefined;
  bootTest: boolean;
  reuse: boolean;
};

/**
 * The number that already answers the question: the asking job's own, or that of a build of equal inputs. An image that
 * nobody booted does not answer for a tested one, and nothing answers who asks for a new number.
 */
export const answeringVersion = (
  state: ImageState,
  { jobId, inputDigest, version, bump, bootTest, reuse }: EqualBuildQuestion,
): HeldVersion | undefined => {
  if (state.status === 'unknown') return undefined;
  const equal = (held: HeldVersion): boolean =>
    held.inputDigest === inputDigest &&
    bump === undefined &&
    (held.bootTest || !bootTest) &&
    (reuse || held.confirmed === undefined) &&
    (version === undefined || version === held.version);
  return state.held.find((held) => held.jobId === jobId) ?? state.held.findLast(equal);
};
