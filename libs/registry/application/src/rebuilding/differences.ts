import {
  GoldenImageConfig,
  publishedArtifacts,
  type BuildInputs,
  type FurtherArtifact,
} from '@gild/contracts';
import { faultCode } from '@gild/ports';
import {
  answeringVersion,
  rebuildReasons,
  standingOf,
  type RebuildReason,
  type VersionStanding,
} from '@gild/registry-domain';
import { inputsOf } from '../preparing/base-of-build.js';
import { imageState } from '../preparing/prepare-build.js';
import {
  whatIsBuilt,
  type FoundPart,
  type PreparingDeps,
  type ResolvedBuild,
} from '../preparing/resolved-build.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** `isUnread`: what the version was built from cannot be read, so that nobody knows what would be otherwise. */
export type Difference = RebuildReason & { isUnread?: true };

type Question = { version: PublishedVersion; build: ResolvedBuild<FoundPart>; bootTest: boolean };

/** Asks for nobody. */
const NOBODY = '';

/** What the build would make otherwise than the version is; nothing where it is answered by a finished version or a build under way. */
export const differences = async (
  { version, build, bootTest }: Question,
  deps: PreparingDeps,
): Promise<readonly Difference[]> => {
  const built = publishedArtifacts(version);
  const changed = build.parts.filter((part) =>
    built.every(({ inputDigest }) => inputDigest !== part.inputDigest),
  );
  if (changed.length === 0 || (await isAnswered(build, bootTest, deps))) return [];
  const reasons = new Map<string, Difference>();
  for (const part of changed) {
    const before = built.find(({ artifact }) => artifact.arch === part.arch);
    for (const reason of await reasonsOf(part, { version, before }, deps)) reasons.set(reason.text, reason);
  }
  return [...reasons.values()];
};

const isAnswered = async (
  { parts, definition }: ResolvedBuild<FoundPart>,
  bootTest: boolean,
  deps: PreparingDeps,
): Promise<boolean> => {
  const [first, ...others] = parts.map(({ arch, inputDigest }) => ({ arch, inputDigest, jobId: NOBODY }));
  if (first === undefined) return false;
  const question = {
    ...first,
    ...(others.length > 0 && { parts: [first, ...others] }),
    ...{ bootTest: bootTest && definition.steps.run_tests, reuse: true },
  };
  return answeringVersion(await imageState(definition.name, deps), question) !== undefined;
};

type Before = { version: PublishedVersion; before: FurtherArtifact | undefined };

const reasonsOf = async (
  { arch, inputs: now }: FoundPart,
  { version: { imageName, version }, before: built }: Before,
  { objects, images }: PreparingDeps,
): Promise<readonly Difference[]> => {
  if (built === undefined) return [{ text: `it has no image for ${arch}`, byItself: false, onRecord: true }];
  const { inputDigest } = built;
  try {
    const before = inPresentForm(await inputsOf({ imageName, version, inputDigest }, objects));
    return rebuildReasons({ before, now, baseStanding: baseStandingIn(await images(), before) });
  } catch (error) {
    if (faultCode(error) !== 'ARTIFACT_DAMAGED') throw error;
    return [{ text: (error as Error).message, byItself: false, onRecord: false, isUnread: true }];
  }
};

const baseStandingIn = (images: ImagesState, { base }: BuildInputs): VersionStanding =>
  base === undefined ? 'published' : standingOf(images.get(base.imageName)?.life.fates.get(base.version));

/** A release that knew fewer fields left them out: with their defaults they are what a build now has. */
const inPresentForm = (inputs: BuildInputs): BuildInputs => {
  const { data } = GoldenImageConfig.safeParse(inputs.definition);
  return data === undefined ? inputs : { ...inputs, definition: whatIsBuilt(data) };
};
