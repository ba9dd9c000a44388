import { ImageEvent, JobEvent, partsOf, splitStream, streams } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import { Fault, type EventStore, type RecordedEvent } from '@gild/ports';
import { actorPage, type ActorPage } from './actor-history.js';
import { causesIn } from './causes.js';
import { entryOf, type History, type HistoryEntry, told } from './entry.js';
import { eventsOfRuns } from './machine-events.js';

type Log = { store: EventStore; registryId: string };

/** `causes`: with what led to each event. `after`: of an actor, the page behind that position. */
export type HistoryOf = { subject: string; causes: boolean; after?: string | undefined };

/**
 * Everything recorded about an image (its versions and the course of its builds included), a version (its build in every
 * step), a job, an agent, the policy, the signing keys, a VM or the cache of a host, or by an actor, in order. Fault: SUBJECT_NOT_FOUND.
 */
export const historyOf = async ({ subject, causes, after }: HistoryOf, log: Log): Promise<History> => {
  const { events, ...further } = subject.startsWith(ACTOR)
    ? await actorPage(subject.slice(ACTOR.length), { store: log.store, after })
    : await subjectEvents(subject, causes, log);
  if (events.length === 0 && further.next === undefined && after === undefined)
    throw new Fault(
      'SUBJECT_NOT_FOUND',
      `nothing is recorded about ${subject}: expected an image, IMAGE@VERSION, a job id, an agent id, the id of a join token, policy, keys, a VM or vm:VM, a host or host:HOST, or actor:ACTOR`,
    );
  const inOrder = events.sort((a, b) => log.store.comparePositions(a.position, b.position));
  const entries = causes ? await withCauses(inOrder, log) : inOrder.map(entryOf);
  return { subject, entries, ...further };
};

/** With causes: of a VM also what befell the versions that it ran, which is why it is listed as it is. */
const subjectEvents = async (subject: string, causes: boolean, log: Log): Promise<ActorPage> => {
  const own = await eventsOf(subject, log);
  const course = own.filter(({ stream }) => splitStream(stream).category === 'vm');
  return { events: causes ? [...own, ...(await eventsOfRuns(course, log.store))] : own };
};

const withCauses = async (events: readonly RecordedEvent[], { store }: Log): Promise<HistoryEntry[]> => {
  const causesOf = causesIn(store);
  const entries: HistoryEntry[] = [];
  for (const event of events) entries.push({ ...entryOf(event), causes: (await causesOf(event)).map(told) });
  return entries;
};

const eventsOf = async (subject: string, log: Log): Promise<RecordedEvent[]> => {
  const at = subject.indexOf('@');
  if (at > 0) return versionEvents(subject.slice(0, at), subject.slice(at + 1), log);
  if (subject.startsWith(VM)) return read(streams.vm(subject.slice(VM.length)), log);
  if (subject.startsWith(HOST)) return read(streams.hostCache(subject.slice(HOST.length)), log);
  const image = await read(streams.image(subject), log);
  if (image.length > 0) return imageEvents(subject, image, log);
  for (const stream of streamsNamed(subject, log)) {
    const events = await read(stream, log);
    if (events.length > 0) return events;
  }
  return [];
};

/** Say that a VM, or a host and its cache, is meant: one may have the name of something else. */
const VM = 'vm:';
const HOST = 'host:';
/** Whoever did something: a person, a service, an agent. */
const ACTOR = 'actor:';

/** What a name may stand for beside an image: the first that there is. */
const streamsNamed = (name: string, { registryId }: Log): string[] => [
  streams.job(name),
  streams.agent(name),
  streams.joinToken(name),
  ...(name === 'policy' ? [streams.policy(registryId)] : []),
  ...(name === 'keys' ? [streams.keys(registryId)] : []),
  streams.vm(name),
  streams.hostCache(name),
];

const parseImage = eventParser(ImageEvent);
const parseJob = eventParser(JobEvent);

/** A job that builds for a version. */
type Holder = { version: string; jobId: string };

const imageEvents = async (
  image: string,
  own: readonly RecordedEvent[],
  log: Log,
): Promise<RecordedEvent[]> => {
  const holders = own.flatMap(holderIn);
  const jobs = [...new Set(holders.map(({ jobId }) => streams.job(jobId)))];
  const versions = [...new Set(holders.map(({ version }) => streams.version(image, version)))];
  const courses = (await readEach(jobs, log)).filter(isTurn);
  return [...own, ...(await readEach(versions, log)), ...courses];
};

const versionEvents = async (image: string, version: string, log: Log): Promise<RecordedEvent[]> => {
  const own = (await read(streams.image(image), log)).filter((event) => versionsIn(event).includes(version));
  const jobs = [...new Set(own.flatMap(holderIn).map(({ jobId }) => streams.job(jobId)))];
  return [
    ...own,
    ...(await readEach([streams.version(image, version), streams.provenance(image, version), ...jobs], log)),
  ];
};

const holderIn = (recorded: RecordedEvent): Holder[] => {
  const event = parseImage(recorded);
  if (event === undefined || !('jobId' in event.data)) return [];
  const { version, ...build } = event.data;
  return event.type === 'VersionReserved'
    ? partsOf(event.data).map(({ jobId }) => ({ version, jobId }))
    : [{ version, jobId: build.jobId }];
};

/** The versions that an event of an image is about: for a channel, also the one it leaves. */
const versionsIn = (recorded: RecordedEvent): string[] => {
  const event = parseImage(recorded);
  if (event === undefined || event.type === 'ImageDefined') return [];
  const { version, from } = { version: undefined, from: undefined, ...event.data };
  return [version, from].filter((it) => it !== undefined);
};

const TURNS: ReadonlySet<JobEvent['type']> = new Set([
  'BuildRequested',
  'AttemptFailed',
  'AttemptLost',
  'CancelRequested',
  'BuildCancelled',
  'BuildCompleted',
  'BuildFailed',
] as const);

/** Whether an image's history tells it; the steps in between are in the history of the job. */
const isTurn = (recorded: RecordedEvent): boolean => {
  const event = parseJob(recorded);
  return event === undefined || TURNS.has(event.type);
};

const readEach = async (names: readonly string[], log: Log): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (const stream of names) events.push(...(await read(stream, log)));
  return events;
};

const read = async (stream: string, { store }: Log): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(stream)) events.push(event);
  return events;
};
