import type { Artifact } from '@gild/contracts';
import { faultCode, type ObjectStore } from '@gild/ports';
import type { ReportedBuild, VersionCommand } from '@gild/registry-domain';
import { documentDefect } from '../documents/version-document.js';
import { inputsOf } from '../preparing/base-of-build.js';
import { defectOfArtifact } from '../verifying/stored-objects.js';
import {
  decideImage,
  decideVersion,
  loadCase,
  loadVersion,
  type Case,
  type Reservation,
  type Settlement,
} from './version-case.js';

/**
 * Brings a build's version where its events say it belongs: published, refused or given back; otherwise leaves it. Looks
 * at nothing but the log, so it may be called at any time, any number of times, by any number of registries.
 */
export const settleVersion = async (
  jobId: string,
  reserved: Reservation | undefined,
  settlement: Settlement,
): Promise<void> => {
  const found = await loadCase(jobId, reserved, settlement);
  if (found !== undefined) await settle(found);
};

const settle = async (given: Case): Promise<void> => {
  const { build, held, reservation } = given;
  if (held?.confirmed !== undefined) return publish(given, held.confirmed.attempt);
  if (held !== undefined && isAbandoned(given))
    return decideImage(given, { type: 'ReleaseVersion', data: holderOf(reservation) });
  const attempt = build.ended ? undefined : build.awaiting;
  if (attempt !== undefined && !(await wasRefused(given, attempt))) await examine(given, attempt);
};

const isAbandoned = ({ build, releaseUnrequested }: Case): boolean =>
  build.ended || (build.request === undefined && releaseUnrequested);

const examine = async (given: Case, attempt: number): Promise<void> => {
  const objection = given.held === undefined ? NOT_HELD : await objectionTo(attempt, given);
  if (objection !== undefined) return refuse(given, attempt, objection);
  const artifact = artifactOf(given.build, attempt);
  const data = { ...holderOf(given.reservation), attempt, checksum: artifact.object.sha256 };
  await decideImage(given, { type: 'ConfirmVersion', data });
  await publish(given, attempt);
};

type Publication = Extract<VersionCommand, { type: 'PublishVersion' }>['data'];

/** `definition`: another attempt would be refused too. */
type Objection = { class: 'definition' | 'infrastructure'; code: string; message: string };

const NOT_HELD: Objection = {
  class: 'definition',
  code: 'VERSION_NOT_HELD',
  message: 'the version number was given back before the build was requested; build again',
};

const objectionTo = async (attempt: number, given: Case): Promise<Objection | undefined> => {
  try {
    return await objectionToPublishing(attempt, given);
  } catch (error) {
    if (faultCode(error) !== 'ARTIFACT_DAMAGED') throw error;
    return { class: 'infrastructure', code: 'ARTIFACT_DAMAGED', message: (error as Error).message };
  }
};

const objectionToPublishing = async (attempt: number, given: Case): Promise<Objection | undefined> => {
  const { deps, policy } = given;
  const publication = await publicationOf(given, attempt);
  const { artifact } = publication;
  const malformed = documentDefect({ ...publication, publishedAt: deps.clock.now(), bootTest: true });
  if (malformed !== undefined) return unfit(malformed);
  const { max_image_size_gb: most } = await policy();
  const sizeGb = artifact.object.sizeBytes / 2 ** 30;
  if (sizeGb > most) return tooLarge(sizeGb, most);
  const defect = await defectOfArtifact(deps.objects, artifact);
  return defect && { class: 'infrastructure', code: 'ARTIFACT_DAMAGED', message: defect.message };
};

const tooLarge = (sizeGb: number, most: number): Objection => ({
  class: 'definition',
  code: 'FORBIDDEN_BY_POLICY',
  message: `the image has ${sizeGb.toFixed(1)} GiB, the policy allows ${String(most)} (max_image_size_gb)`,
});

/** What is published is never changed, so a report that makes no sound document must not get there. */
const unfit = (defects: string): Objection => ({
  class: 'infrastructure',
  code: 'REPORT_MALFORMED',
  message: `the report of the image makes no sound version document: ${defects}`,
});

const wasRefused = async (given: Case, attempt: number): Promise<boolean> => {
  const { refused } = await loadVersion(given);
  return refused.some((it) => it.jobId === given.reservation.jobId && it.attempt === attempt);
};

const publish = async (given: Case, attempt: number): Promise<void> =>
  decideVersion(given, { type: 'PublishVersion', data: await publicationOf(given, attempt) });

const publicationOf = async ({ build, reservation, deps }: Case, attempt: number): Promise<Publication> => {
  const { request } = build;
  if (request === undefined) throw lostFact(reservation, 'BuildRequested');
  const { imageName, imageVersion, jobId, definition, definitionDigest, inputDigest } = request;
  const { description } = definition;
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
    artifact: artifactOf(build, attempt),
    ...(await baseOf(request, deps.objects)),
  };
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

const refuse = (given: Case, attempt: number, objection: Objection): Promise<void> =>
  decideVersion(given, {
    type: 'RefuseArtifact',
    data: { jobId: given.reservation.jobId, attempt, ...objection },
  });

const holderOf = (reservation: Reservation) => ({ version: reservation.version, jobId: reservation.jobId });

const artifactOf = (build: ReportedBuild, attempt: number): Artifact => {
  const artifact = build.artifacts[attempt];
  if (artifact === undefined)
    throw new Error(`attempt ${String(attempt)} was confirmed without a reported artifact`);
  return artifact;
};

const lostFact = ({ jobId }: Reservation, type: string): Error =>
  new Error(`job ${jobId} holds a confirmed version but has no ${type} event`);
