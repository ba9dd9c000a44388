import { schemaVersionOf } from '@gild/contracts';
import { accept, type Decider, type Decision, fold } from '@gild/kernel';
import { type EventStore, Fault, type NewEvent, type RecordedEvent, type Sha256 } from '@gild/ports';
import { eventId } from './event-id.js';
import { decisive } from './parse-event.js';

type Message = { type: string; data: Record<string, unknown> };

/** Who asks, on whose behalf, and when. */
export type CommandContext = {
  actor: string;
  now: string;
  /** Identity of the command: the same id never records an event twice. */
  commandId: string;
  correlationId: string;
  causationId: string;
  /** Where an event of another stream led to it. */
  causationStream?: string;
};

export type DecideRequest<S, C, E, R> = {
  decider: Decider<S, C, E, R>;
  stream: string;
  /** An event that the decider evolves by, or undefined for any other. */
  parse: (event: RecordedEvent) => E | undefined;
  command: C;
  context: CommandContext;
  /** Whether an earlier event of the stream led to one that is decided now: the last that did is its cause, in place of the context's. */
  leads?: ((earlier: NewEvent, to: E) => boolean) | undefined;
};

const ATTEMPTS = 4;

/**
 * Loads a stream, decides, and appends at the revision that was read; when somebody else was faster it starts again, a few
 * times. Afterwards the decision is recorded, or it was a rejection and nothing is. A command that was recorded before is
 * not decided again, whatever has happened since: it is accepted with no events.
 * Faults: CONFLICT (retryable) when the stream kept changing; NEWER_RELEASE when this release cannot read all of it.
 */
export const loadDecideAppend = async <S, C, E extends Message, R>(
  { store, sha256 }: { store: EventStore; sha256: Sha256 },
  { decider, stream, parse, command, context, leads }: DecideRequest<S, C, E, R>,
): Promise<Decision<E, R>> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const first = eventId(sha256, context.commandId, 0);
    const past: RecordedEvent[] = [];
    const read = noting(parse, leads === undefined ? undefined : past);
    const { state, revision, isRepeated } = await loadState(store, stream, {
      decider,
      parse: read,
      id: first,
    });
    if (isRepeated) return accept();
    const decision = decider.decide(command, state);
    if (!decision.ok || decision.events.length === 0) return decision;
    const events = recordsOf(decision.events, { past, context, leads, sha256 });
    const result = await store.append(stream, revision === undefined ? 'none' : { revision }, events);
    if (result.ok) return decision;
  }
  throw new Fault('CONFLICT', `${stream} kept changing while a command was decided; try again`, {
    retryable: true,
  });
};

/**
 * What the stream's events make of the decider's state, and the revision of the last of them; undefined while there is none.
 * `isRepeated`: whether the event of the id given is among them. Fault: NEWER_RELEASE.
 */
export const loadState = async <S, C, E, R>(
  store: EventStore,
  stream: string,
  { decider, parse, id }: Pick<DecideRequest<S, C, E, R>, 'decider' | 'parse'> & { id?: string },
): Promise<{ state: S; revision: number | undefined; isRepeated: boolean }> => {
  const read = decisive(parse);
  const events: E[] = [];
  let revision: number | undefined;
  let isRepeated = false;
  for await (const recorded of store.readStream(stream)) {
    revision = recorded.revision;
    isRepeated ||= recorded.id === id;
    const event = read(recorded);
    if (event !== undefined) events.push(event);
  }
  return { state: fold(decider, events), revision, isRepeated };
};

/** Parses what is read, and keeps it where somebody wants it. */
const noting =
  <E>(parse: (event: RecordedEvent) => E | undefined, kept: RecordedEvent[] | undefined) =>
  (recorded: RecordedEvent): E | undefined => {
    kept?.push(recorded);
    return parse(recorded);
  };

type Recording<E> = Pick<DecideRequest<unknown, unknown, E, unknown>, 'context' | 'leads'> & {
  past: readonly RecordedEvent[];
  sha256: Sha256;
};

const recordsOf = <E extends Message>(
  decided: readonly E[],
  { past, context, leads, sha256 }: Recording<E>,
): NewEvent[] => {
  const events: NewEvent[] = [];
  for (const [index, event] of decided.entries()) {
    const isCause = leads && ((earlier: NewEvent) => leads(earlier, event));
    const cause = isCause && (events.findLast(isCause) ?? past.findLast(isCause));
    const id = eventId(sha256, context.commandId, index);
    events.push(record(event, id, { ...context, ...(cause && { causationId: cause.id }) }));
  }
  return events;
};

const record = (event: Message, id: string, { now, commandId: _, ...context }: CommandContext): NewEvent => ({
  id,
  type: event.type,
  data: event.data,
  metadata: { time: now, ...context, schema: schemaVersionOf(event.type) },
});
