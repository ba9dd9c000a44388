import type { ConfirmedArtifact } from '@gild/contracts';
import { includesAttempt, type VersionState } from '@gild/registry-domain';
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

/**
 * Judges each artifact that awaits it, and publishes when every architecture has a sound one. The first verdict that is
 * recorded stands: what was accepted is not read again, also by a registry that takes over from one that died.
 */
const judge = async (given: Case): Promise<void> => {
  const { refused, accepted } = await loadVersion(given);
  const waiting = reported(given).filter((it) => !isAmong(refused, it));
  if (given.held === undefined) return refuseWithoutNumber(given, waiting);
  const whole = wholeVersion(given, waiting);
  if (whole === undefined && !given.mayBeUnread) return;
  const isAccepted = whole?.every((it) => isAmong(accepted, it)) === true;
  const picks = isAccepted ? whole : await acceptSound(given, waiting);
  if (picks === undefined) return;
  await confirm(given, picks);
  await publish(given, picks);
};

const reported = ({ parts }: Case): PickedArtifact[] =>
  parts.flatMap((part) => {
    const { ended, awaiting: attempt } = part.build;
    return ended || attempt === undefined ? [] : [{ part, attempt }];
  });

const isAmong = (attempts: VersionState['refused'], { part, attempt }: PickedArtifact): boolean =>
  includesAttempt(attempts, { jobId: part.jobId, attempt });

const refuseWithoutNumber = async (given: Case, waiting: readonly PickedArtifact[]): Promise<void> => {
  for (const picked of waiting) await refuse(given, picked, objectionWithoutNumber(picked.part, given.parts));
};

type Picks = readonly [PickedArtifact, ...PickedArtifact[]];

const wholeVersion = ({ parts }: Case, [first, ...others]: readonly PickedArtifact[]): Picks | undefined =>
  first === undefined || 1 + others.length < parts.length ? undefined : [first, ...others];

/** Reads everything that waits; accepts it when all of a version is there and sound. */
const acceptSound = async (given: Case, waiting: readonly PickedArtifact[]): Promise<Picks | undefined> => {
  const sound: PickedArtifact[] = [];
  for (const picked of waiting) {
    const objection = await objectionTo(picked, given);
    if (objection === undefined) sound.push(picked);
    else await refuse(given, picked, objection);
  }
  // Reading takes minutes, in which another registry may have refused what this one found sound.
  const { refused } = await loadVersion(given);
  const picks = wholeVersion(
    given,
    sound.filter((it) => !isAmong(refused, it)),
  );
  if (picks !== undefined)
    await decideVersion(given, { type: 'AcceptArtifacts', data: { artifacts: picks.map(byDigest) } });
  return picks;
};

const byDigest = (picked: PickedArtifact): ConfirmedArtifact => ({
  ...{ jobId: picked.part.jobId, attempt: picked.attempt },
  checksum: artifactOf(picked).object.sha256,
});

const confirm = async (given: Case, [first, ...others]: Picks): Promise<void> => {
  const { version } = given.reservation;
  const data = {
    ...{ version, ...byDigest(first) },
    ...(others.length > 0 && { others: others.map(byDigest) }),
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

const refuse = (given: Case, { part, attempt }: PickedArtifact, objection: Objection): Promise<void> => {
  const data = { jobId: part.jobId, attempt, ...objection, isHeld: given.held !== undefined };
  return decideVersion(given, { type: 'RefuseArtifact', data });
};
