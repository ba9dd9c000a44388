import { isKnownEvent } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import {
  faultCode,
  passesFilter,
  type EventFilter,
  type EventStore,
  type RecordedEvent,
  type Sha256,
} from '@gild/ports';
import { Marks, type Keeping } from './marks.js';

/** A read model as a fold over the log. `apply` may change `state` in place: nobody else holds it. */
export type View<S> = {
  name: string;
  filter: EventFilter;
  initial: () => S;
  apply: (state: S, event: RecordedEvent) => void;
  /** The state as JSON, for comparison: everything that is ever served from it. */
  snapshot: (state: S) => unknown;
  /** Absent: every question about the past folds all events before it. */
  keeping?: Keeping<S>;
};

/** Outcome of rebuilding a view from nothing and comparing it with the served one at the same position. */
export type ViewReport = {
  view: string;
  position: string | undefined;
  events: number;
  /** Those that only a newer release knows, and the view passed over. */
  opaque: number;
  equal: boolean;
  digest: string;
};

/** What a view was at a moment, and when its last event until then was recorded (empty: there is none). */
export type PastState<S> = { state: S; time: string };

/** A view kept up to date on demand. */
export type Projection<S> = {
  /** The state after every event recorded before this call; calls share one reading of the log. */
  current: () => Promise<S>;
  /** Position of the last event folded in. */
  position: () => string | undefined;
  /** The state after the events up to that position, it included; the caller's own. */
  asOf: (position: string) => Promise<PastState<S>>;
  /**
   * Folds the view again beside the served one, up to where that is at the beginning, whatever is recorded meanwhile. The served one
   * is only read: a rebuild that fails or is killed leaves it as it was.
   */
  verify: (sha256: Sha256) => Promise<ViewReport>;
};

export const projection = <S>(store: EventStore, view: View<S>): Projection<S> => {
  const { current, served } = kept(store, view);
  const nothing = (): Begin<S> => ({ state: view.initial(), time: '' });
  return {
    current: async () => (await current()).state,
    position: () => served().position,
    asOf: async (position) => {
      const { marks } = await current();
      const mark = marks.before(position, store);
      const begin =
        mark === undefined ? nothing() : { state: mark.restore(), time: mark.time, after: mark.position };
      const { state, time } = await foldUpTo(position, { store, view, begin });
      return { state, time };
    },
    verify: async (sha256) => {
      const { state, position } = await current();
      const snapshot = canonicalJson(view.snapshot(state));
      const all = countingOpaque(view);
      const fresh = await foldUpTo(position, { store, view: all.view, begin: nothing() });
      const rebuilt = canonicalJson(view.snapshot(fresh.state));
      const equal = rebuilt === snapshot;
      return { view: view.name, position, ...all.counts, equal, digest: sha256(rebuilt) };
    },
  };
};

/** The view over all of its streams, where it is one of some: only so are events of types seen that no filter of this release names. */
const countingOpaque = <S>(view: View<S>): { view: View<S>; counts: { events: number; opaque: number } } => {
  const counts = { events: 0, opaque: 0 };
  const { streamPrefixes } = view.filter;
  const filter = streamPrefixes === undefined ? view.filter : { streamPrefixes };
  const apply = (state: S, event: RecordedEvent): void => {
    if (!isKnownEvent(event)) counts.opaque += 1;
    if (!passesFilter(view.filter, event)) return;
    counts.events += 1;
    view.apply(state, event);
  };
  return { view: { ...view, filter, apply }, counts };
};

/** A fold that is under way: its state and position change together, in one turn. */
type Fold<S> = { state: S; position: string | undefined; marks: Marks<S> };

/** The state kept in memory, read up to the head on demand. */
const kept = <S>(store: EventStore, view: View<S>) => {
  const begun = (): Fold<S> => ({
    ...{ state: view.initial(), position: undefined },
    marks: new Marks(view.keeping),
  });
  let served = begun();
  let reading: Promise<void> | undefined;
  let again = false;

  /** A log that ends before what was read of it is another one, put back from a backup: all is folded anew, no event is skipped. */
  const readOn = async (): Promise<void> => {
    try {
      await readInto(served, { store, view });
    } catch (error) {
      if (faultCode(error) !== 'POSITION_AHEAD') throw error;
      const rebuilt = begun();
      await readInto(rebuilt, { store, view });
      served = rebuilt;
    }
  };

  // `reading` is cleared in the same turn as the last look at `again`: a caller can never join a reading that is over.
  const read = async (): Promise<void> => {
    try {
      do {
        again = false;
        await readOn();
      } while (again);
    } finally {
      reading = undefined;
    }
  };

  return {
    served: () => served,
    current: async (): Promise<Fold<S>> => {
      if (reading !== undefined) again = true;
      await (reading ??= read());
      return served;
    },
  };
};

type Given<S> = { store: EventStore; view: View<S> };

const readInto = async <S>(fold: Fold<S>, { store, view }: Given<S>): Promise<void> => {
  const range = { filter: view.filter, ...(fold.position === undefined ? {} : { after: fold.position }) };
  for await (const event of store.readAll(range)) {
    view.apply(fold.state, event);
    fold.position = event.position;
    fold.marks.pass(fold.state, event);
  }
};

/** Where a fold begins: behind the position, or at the first event. */
type Begin<S> = PastState<S> & { after?: string };

/** Folds up to that position, it included. */
const foldUpTo = async <S>(
  position: string | undefined,
  { store, view, begin }: Given<S> & { begin: Begin<S> },
): Promise<PastState<S>> => {
  const { after, ...folded } = begin;
  if (position === undefined) return folded;
  const range = { filter: view.filter, upTo: position, ...(after !== undefined && { after }) };
  for await (const event of store.readAll(range)) {
    view.apply(folded.state, event);
    folded.time = event.metadata.time;
  }
  return folded;
};
