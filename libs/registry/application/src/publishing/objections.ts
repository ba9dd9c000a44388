import { faultCode } from '@gild/ports';
import { documentDefect } from '../documents/version-document.js';
import { artifactKeys } from '../removing/object-keys.js';
import { requireNotCondemned } from '../removing/removing-objects.js';
import { defectOfArtifact } from '../verifying/stored-objects.js';
import { publicationOf, type PickedArtifact } from './publication.js';
import type { Case, CasePart } from './version-case.js';

/** Why an artifact is not published. `infrastructure`: another attempt may be. */
export type Objection = {
  class: 'definition' | 'infrastructure' | 'cancelled';
  code: string;
  message: string;
};

/** Cancels what makes no version any more, for another one's sake. */
const SCHEDULER = 'scheduler';

/** Why an artifact is not published whose number was given back: somebody cancelled its build, or another architecture has none. */
export const objectionWithoutNumber = ({ build }: CasePart, parts: readonly CasePart[]): Objection => {
  const ended = parts.filter((part) => part.build.ended);
  const missing = ended.find((part) => part.build.cancelledBy !== SCHEDULER) ?? ended[0];
  if (missing === undefined) return NOT_HELD;
  const { cancelledBy: by = SCHEDULER } = build;
  return by === SCHEDULER ? withoutArchitecture(missing) : cancelled(by);
};

const NOT_HELD: Objection = {
  class: 'definition',
  code: 'VERSION_NOT_HELD',
  message: 'the version number was given back before the build was requested; build again',
};

const cancelled = (by: string): Objection => ({
  class: 'cancelled',
  code: 'CANCELLED',
  message: `the build was cancelled by ${by}`,
});

/** There is no version with fewer artifacts than architectures; this one has none and will have none. */
const withoutArchitecture = ({ arch, jobId, build }: CasePart): Objection => ({
  class: 'cancelled',
  code: 'VERSION_INCOMPLETE',
  message: `there is no version without the image for ${arch}, whose build ${jobId} ended: ${build.why ?? 'it failed'}`,
});

/** What stands against publishing a reported artifact; nothing when it is sound. */
export const objectionTo = async (picked: PickedArtifact, given: Case): Promise<Objection | undefined> => {
  try {
    return await objectionToPublishing(picked, given);
  } catch (error) {
    if (faultCode(error) !== 'ARTIFACT_DAMAGED') throw error;
    return { class: 'infrastructure', code: 'ARTIFACT_DAMAGED', message: (error as Error).message };
  }
};

const objectionToPublishing = async (picked: PickedArtifact, given: Case): Promise<Objection | undefined> => {
  const { deps, policy } = given;
  const publication = await publicationOf([picked], given);
  const { artifact } = publication;
  const malformed = documentDefect({ ...publication, publishedAt: deps.clock.now(), bootTest: true });
  if (malformed !== undefined) return unfit(malformed);
  const { arch } = picked.part;
  if (artifact.arch !== arch) return unfit(`arch: expected ${arch}, found ${artifact.arch}`);
  const { max_image_size_gb: most } = await policy();
  const sizeGb = artifact.object.sizeBytes / 2 ** 30;
  if (sizeGb > most) return tooLarge(sizeGb, most);
  requireNotCondemned(artifactKeys(artifact), await given.storage());
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
