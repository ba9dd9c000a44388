import {
  ImageEvent,
  JobEvent,
  partsOf,
  streams,
  VersionEvent,
  type ImageBuildPolicy,
  type VersionPart,
} from '@gild/contracts';
import { decisive, eventParser, loadDecideAppend, type CommandContext } from '@gild/application-core';
import type { Decider } from '@gild/kernel';
import { Fault, type RecordedEvent } from '@gild/ports';
import {
  image,
  reportedBuild,
  version,
  type HeldVersion,
  type ImageCommand,
  type ReportedBuild,
  type VersionCommand,
  type VersionState,
} from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import type { StorageState } from '../views/storage-view.js';

/** A number and the job that holds it: that of its first architecture. */
export type Reservation = { imageName: string; version: string; jobId: string };

/** Why a version is looked at. */
export type Occasion = {
  /** Whether an artifact may wait that nobody has read: one was just reported, or this registry just started. */
  mayBeUnread: boolean;
  /** Whether a number whose build nobody requested is to be given back. */
  releaseUnrequested: boolean;
};

export type Settlement = Occasion & {
  deps: RegistryDeps;
  policy: () => Promise<ImageBuildPolicy>;
  storage: () => Promise<StorageState>;
};

/** One architecture of a version, with what became of its build. */
export type CasePart = VersionPart & { build: ReportedBuild };

/** Everything the log says about one version. */
export type Case = Settlement & {
  reservation: Reservation;
  /** In the order of the version; empty when nobody asked for the build any more. */
  parts: readonly CasePart[];
  held: HeldVersion | undefined;
  /** What led to what is decided now. */
  cause: Pick<CommandContext, 'causationId' | 'causationStream'>;
};

const parseImage = eventParser(ImageEvent);
const parseJob = eventParser(JobEvent);
const parseVersion = eventParser(VersionEvent);

/** The job that holds the number a job builds for; the job itself while nobody has asked for its build. */
export const holderOf = async (jobId: string, { store }: Pick<RegistryDeps, 'store'>): Promise<string> => {
  for await (const recorded of store.readStream(streams.job(jobId), { limit: 1 })) {
    const event = parseJob(recorded);
    if (event?.type === 'BuildRequested') return partsOf(event.data)[0].jobId;
  }
  return jobId;
};

/** Reads the case of a job's version; undefined when neither the job nor the caller knows which version it is about. */
export const loadCase = async (
  jobId: string,
  reserved: Reservation | undefined,
  settlement: Settlement,
): Promise<Case | undefined> => {
  const job = await loadBuild(jobId, settlement);
  const { request } = job.state;
  const reservation = request === undefined ? reserved : reservationOf(request);
  if (reservation === undefined) return undefined;
  const { held, lastId } = await loadHeld(reservation, settlement);
  const parts = await withBuilds(held?.parts ?? partsIn(request), settlement);
  return { reservation, parts, held, cause: causeOf(jobId, job.lastId, lastId), ...settlement };
};

const causeOf = (jobId: string, ofJob: string | undefined, ofImage: string | undefined): Case['cause'] =>
  ofJob === undefined
    ? { causationId: ofImage ?? jobId }
    : { causationId: ofJob, causationStream: streams.job(jobId) };

const partsIn = (request: ReportedBuild['request']): readonly VersionPart[] =>
  request === undefined ? [] : partsOf(request);

const withBuilds = async (parts: readonly VersionPart[], settlement: Settlement): Promise<CasePart[]> => {
  const found: CasePart[] = [];
  for (const part of parts) found.push({ ...part, build: (await loadBuild(part.jobId, settlement)).state });
  return found;
};

const loadHeld = async (
  { imageName, version: number, jobId }: Reservation,
  { deps: { store } }: Settlement,
): Promise<{ held: HeldVersion | undefined; lastId: string | undefined }> => {
  const { state, lastId } = await foldStream(store.readStream(streams.image(imageName)), image, parseImage);
  const known = state.status === 'known' ? state.held : [];
  return { held: known.find((it) => it.jobId === jobId && it.version === number), lastId };
};

const loadBuild = (jobId: string, { deps: { store } }: Settlement) =>
  foldStream(store.readStream(streams.job(jobId)), reportedBuild, parseJob);

/** What is recorded under the number so far. */
export const loadVersion = async ({ deps, reservation }: Case): Promise<VersionState> => {
  const stream = streams.version(reservation.imageName, reservation.version);
  return (await foldStream(deps.store.readStream(stream), version, parseVersion)).state;
};

export const decideImage = async (given: Case, command: ImageCommand): Promise<void> => {
  const decision = await loadDecideAppend(given.deps, {
    decider: image,
    stream: streams.image(given.reservation.imageName),
    parse: parseImage,
    command,
    context: contextOf(given),
  });
  if (!decision.ok) throw overtaken(given, decision.rejection.code);
};

export const decideVersion = async (given: Case, command: VersionCommand): Promise<void> => {
  const decision = await loadDecideAppend(given.deps, {
    decider: version,
    stream: streams.version(given.reservation.imageName, given.reservation.version),
    parse: parseVersion,
    command,
    context: contextOf(given),
  });
  if (!decision.ok) throw overtaken(given, decision.rejection.code);
};

const contextOf = ({ deps, reservation, cause }: Case): CommandContext => ({
  actor: 'registry',
  now: deps.clock.now(),
  commandId: deps.ids.uuid(),
  correlationId: reservation.jobId,
  ...cause,
});

const foldStream = async <S, E>(
  stream: AsyncIterable<RecordedEvent>,
  { initial, evolve }: Pick<Decider<S, never, E, never>, 'initial' | 'evolve'>,
  parse: (event: RecordedEvent) => E | undefined,
): Promise<{ state: S; lastId: string | undefined }> => {
  const read = decisive(parse);
  let state = initial;
  let lastId: string | undefined;
  for await (const recorded of stream) {
    const event = read(recorded);
    if (event !== undefined) state = evolve(state, event);
    lastId = recorded.id;
  }
  return { state, lastId };
};

const reservationOf = (request: NonNullable<ReportedBuild['request']>): Reservation => ({
  imageName: request.imageName,
  version: request.imageVersion,
  jobId: partsOf(request)[0].jobId,
});

/** Somebody else decided between our reading and our append: looking again shows what to do. */
const overtaken = ({ reservation }: Case, code: string): Fault =>
  new Fault('CONFLICT', `${reservation.imageName}@${reservation.version} changed meanwhile (${code})`, {
    retryable: true,
  });
