import { DEFAULT_POLICY, ImageBuildPolicy, JobEvent, MembershipEvent, PolicyEvent } from '@gild/contracts';
import { AgentEvent, splitStream } from '@gild/contracts';
import { eventParser, type Moment, typesOf } from '@gild/application-core';
import { Fault, type EventStore, type LogStretch, type RecordedEvent } from '@gild/ports';
import { HistoryReader, type History } from '@gild/scheduler-domain';
import { requireGoingOn } from './require-going-on.js';

/** More are held at once by no scheduler that has other work. */
export const MOST_BUILDS = 50_000;

const parseJob = eventParser(JobEvent);
const parseAgent = eventParser(AgentEvent);
const parseMembership = eventParser(MembershipEvent);
const parsePolicy = eventParser(PolicyEvent);

/** Steps, plans and logs are most of a log, and decide nothing. */
const NOT_READ: ReadonlySet<string> = new Set([
  'BuildWaiting',
  'PlanResolved',
  'StepStarted',
  'StepFinished',
  'BootTested',
  'LogStored',
  'LateReportRefused',
] satisfies JobEvent['type'][]);

const FILTER = {
  types: [JobEvent, AgentEvent, MembershipEvent, PolicyEvent]
    .flatMap(typesOf)
    .filter((type) => !NOT_READ.has(type)),
  streamPrefixes: ['job-', 'agent-', 'policy-'],
};

/** From after `from` (the beginning when absent) up to `to` (inclusive; the present end when absent). */
export type Span = { from: Moment | undefined; to: Moment | undefined };

/** Reads the history of a span, event by event in one pass. Faults: INVALID_REQUEST where it has too many builds; UNAVAILABLE. */
export const readHistory = async (
  store: EventStore,
  { from, to }: Span,
  signal: AbortSignal,
): Promise<History> => {
  const reader = new HistoryReader();
  const into = { store, reader, signal };
  const end = to?.position ?? (await store.head());
  if (from !== undefined) await take({ upTo: from.position }, into);
  reader.begin(from?.time);
  const after = from === undefined ? {} : { after: from.position };
  if (end !== undefined) await take({ ...after, upTo: end }, into);
  return reader.end(to?.time);
};

const take = async (
  stretch: LogStretch,
  { store, reader, signal }: { store: EventStore; reader: HistoryReader; signal: AbortSignal },
): Promise<void> => {
  for await (const event of store.readAll({ ...stretch, filter: FILTER })) {
    requireGoingOn(signal);
    takeEvent(event, reader);
    if (reader.builds > MOST_BUILDS) throw tooMany();
  }
};

const tooMany = (): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `more than ${MOST_BUILDS} builds are too many for one replay: name a shorter time with from and to`,
  );

const takeEvent = (recorded: RecordedEvent, reader: HistoryReader): void => {
  const { time } = recorded.metadata;
  const { category, id } = splitStream(recorded.stream);
  if (category === 'job') {
    const event = parseJob(recorded);
    if (event !== undefined) reader.takeJob(id, event, time);
  } else if (category === 'agent') {
    const event = parseAgent(recorded) ?? parseMembership(recorded);
    if (event !== undefined) reader.takeAgent(id, event, time);
  } else takePolicy(recorded, reader);
};

const takePolicy = (recorded: RecordedEvent, reader: HistoryReader): void => {
  const event = parsePolicy(recorded);
  const policy = event && ImageBuildPolicy.safeParse({ ...DEFAULT_POLICY, ...event.data.policy }).data;
  if (policy !== undefined) reader.takePolicy(policy, recorded.metadata.time);
};
