import type { Artifact } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import type { ReportedBuild, VersionCommand } from '@gild/registry-domain';
import { inputsOf } from '../preparing/base-of-build.js';
import type { Case, CasePart } from './version-case.js';

export type Publication = Extract<VersionCommand, { type: 'PublishVersion' }>['data'];

/** The artifact of one attempt, for one architecture of the version. */
export type PickedArtifact = { part: CasePart; attempt: number };

/** What is recorded when these artifacts are published; the first is that of the first architecture. */
export const publicationOf = async (
  [first, ...others]: readonly [PickedArtifact, ...PickedArtifact[]],
  { deps }: Pick<Case, 'deps'>,
): Promise<Publication> => {
  const { part, attempt } = first;
  const { request } = part.build;
  if (request === undefined) throw new Error(`job ${part.jobId} reported, but has no BuildRequested event`);
  const { imageName, imageVersion, jobId, definition, definitionDigest, inputDigest } = request;
  const { description } = definition;
  const further = others.map((it) => ({
    ...{ jobId: it.part.jobId, attempt: it.attempt, inputDigest: it.part.inputDigest },
    artifact: artifactOf(it),
  }));
  return {
    imageName,
    version: imageVersion,
    buildNumber: request.buildNumber,
    jobId,
    attempt,
    createdBy: request.requestedBy,
    ...(typeof description === 'string' && { description }),
    definition,
    definitionDigest,
    inputDigest,
    artifact: artifactOf(first),
    ...(await baseOf(request, deps.objects)),
    ...(further.length > 0 && { others: further }),
  };
};

/** The artifact as it was reported. */
export const artifactOf = ({ part, attempt }: PickedArtifact): Artifact => {
  const artifact = part.build.artifacts[attempt];
  if (artifact === undefined)
    throw new Error(`attempt ${String(attempt)} of ${part.jobId} was confirmed without a reported artifact`);
  return artifact;
};

/** As the inputs of the build have it, which are what it was really built from. */
const baseOf = async (
  request: NonNullable<ReportedBuild['request']>,
  objects: ObjectStore,
): Promise<Pick<Publication, 'base'>> => {
  if (request.definition['base_image'] === undefined) return {};
  const { imageName, imageVersion, inputDigest } = request;
  const { base } = await inputsOf({ imageName, version: imageVersion, inputDigest }, objects);
  return base === undefined ? {} : { base: { imageName: base.imageName, version: base.version } };
};
