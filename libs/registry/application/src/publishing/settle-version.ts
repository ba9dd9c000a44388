import type { ConfirmedArtifact } from '@gild/contracts';
import { objectionTo, objectionWithoutNumber, type Objection } from './objections.js';
import { artifactOf, publicationOf, type PickedArtifact } from './publication.js';
import {
  decideImage,
  decideVersion,
  loadCase,
  loadVersion,
  type Case,
  type CasePart,
  type Reservation,
  type Settlement,
} from './version-case.js';

/**
 * Brings a job's version where the events of its builds say it belongs: published, refused or given back; otherwise leaves
 * it. Looks at nothing but the log, so it may be called at any time, any number of times, by any number of registries.
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
  const { held, reservation } = given;
  if (held?.confirmed !== undefined) return publish(given, confirmedPicks(given, held.confirmed));
  if (held === undefined || !isAbandoned(given)) return judge(given);
  const { version, jobId } = reservation;
  await decideImage(given, { type: 'ReleaseVersion', data: { version, jobId } });
  return judge({ ...given, held: undefined });
};

/** One architecture that gets no artifact is enough: nothing is published without it. */
const isAbandoned = ({ parts, releaseUnrequested }: Case): boolean =>
  parts.some(({ build }) => build.ended) ||
  (releaseUnrequested && parts.every(({ build }) => build.request === undefined));

/** Judges each artifact that awaits it, and publishes when every architecture has a sound one. */
const judge = async (given: Case): Promise<void> => {
  const waiting = await unjudged(given, reported(given));
  const sound: PickedArtifact[] = [];
  for (const picked of waiting) {
    const objection =
      given.held === undefined
        ? objectionWithoutNumber(picked.part, given.parts)
        : await objectionTo(picked, given);
    if (objection === undefined) sound.push(picked);
    else await refuse(given, picked, objection);
  }
  // Reading takes minutes, in which another registry may have refused what this one found sound.
  const [first, ...others] = await unjudged(given, sound);
  if (first === undefined || 1 + others.length < given.parts.length) return;
  await confirm(given, [first, ...others]);
  await publish(given, [first, ...others]);
};

const reported = ({ parts }: Case): PickedArtifact[] =>
  parts.flatMap((part) => {
    const { ended, awaiting: attempt } = part.build;
    return ended || attempt === undefined ? [] : [{ part, attempt }];
  });

const unjudged = async (
  given: Case,
  picks: readonly PickedArtifact[],
): Promise<readonly PickedArtifact[]> => {
  if (picks.length === 0) return [];
  const { refused } = await loadVersion(given);
  return picks.filter(
    ({ part, attempt }) => !refused.some((it) => it.jobId === part.jobId && it.attempt === attempt),
  );
};

type Picks = readonly [PickedArtifact, ...PickedArtifact[]];

const confirm = async (given: Case, picks: Picks): Promise<void> => {
  const [first, ...others] = picks.map((picked): ConfirmedArtifact => ({
    ...{ jobId: picked.part.jobId, attempt: picked.attempt },
    checksum: artifactOf(picked).object.sha256,
  }));
  if (first === undefined) return;
  const data = {
    version: given.reservation.version,
    ...first,
    ...(others.length > 0 && { others }),
  };
  await decideImage(given, { type: 'ConfirmVersion', data });
};

/** Those that were confirmed, whatever became of their attempts. */
const confirmedPicks = ({ parts, reservation }: Case, confirmed: readonly ConfirmedArtifact[]): Picks => {
  const [first, ...others] = confirmed.map(({ jobId, attempt }) => ({ part: partOf(parts, jobId), attempt }));
  if (first === undefined) throw new Error(`${reservation.version} was confirmed without an artifact`);
  return [first, ...others];
};

const partOf = (parts: readonly CasePart[], jobId: string): CasePart => {
  const part = parts.find((it) => it.jobId === jobId);
  if (part === undefined) throw new Error(`the artifact of ${jobId} was confirmed, which is no part`);
  return part;
};

const publish = async (given: Case, picks: Picks): Promise<void> =>
  decideVersion(given, { type: 'PublishVersion', data: await publicationOf(picks, given) });

const refuse = (given: Case, { part, attempt }: PickedArtifact, objection: Objection): Promise<void> =>
  decideVersion(given, { type: 'RefuseArtifact', data: { jobId: part.jobId, attempt, ...objection } });
