import { isKnownEvent } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import type { EventFilter, EventStore, RecordedEvent, Sha256 } from '@gild/ports';

/** A read model as a fold over the log. `apply` may change `state` in place: nobody else holds it. */
export type View<S> = {
  name: string;
  filter: EventFilter;
  initial: () => S;
  apply: (state: S, event: RecordedEvent) => void;
  /** The state as JSON, for comparison: everything that is ever served from it. */
  snapshot: (state: S) => unknown;
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

/** A view kept up to date on demand. */
export type Projection<S> = {
  /** The state after every event recorded before this call; calls share one reading of the log. */
  current: () => Promise<S>;
  /** Position of the last event folded in. */
  position: () => string | undefined;
  /** A fresh fold up to a moment: `until` says at which event to stop (exclusive). */
  asOf: (until: (event: RecordedEvent) => boolean) => Promise<S>;
  verify: (sha256: Sha256) => Promise<ViewReport>;
};

export const projection = <S>(store: EventStore, view: View<S>): Projection<S> => {
  const { current, position } = served(store, view);
  return {
    current,
    position,
    asOf: async (until) => (await foldUntil(store, view, until)).fresh,
    verify: async (sha256) => {
      const snapshot = canonicalJson(view.snapshot(await current()));
      const end = position();
      const beyond = (event: RecordedEvent) =>
        end === undefined || store.comparePositions(event.position, end) > 0;
      const { fresh, events, opaque } = await foldUntil(store, view, beyond);
      const rebuilt = canonicalJson(view.snapshot(fresh));
      const equal = rebuilt === snapshot;
      return { view: view.name, position: end, events, opaque, equal, digest: sha256(rebuilt) };
    },
  };
};

/** The state kept in memory, read up to the head on demand. */
const served = <S>(store: EventStore, view: View<S>) => {
  const state = view.initial();
  let position: string | undefined;
  let reading: Promise<void> | undefined;
  let again = false;

  // `reading` is cleared in the same turn as the last look at `again`: a caller can never join a reading that is over.
  const read = async (): Promise<void> => {
    try {
      do {
        again = false;
        const range = { filter: view.filter, ...(position === undefined ? {} : { after: position }) };
        for await (const event of store.readAll(range)) {
          view.apply(state, event);
          position = event.position;
        }
      } while (again);
    } finally {
      reading = undefined;
    }
  };

  return {
    position: () => position,
    current: async (): Promise<S> => {
      if (reading !== undefined) again = true;
      await (reading ??= read());
      return state;
    },
  };
};

const foldUntil = async <S>(store: EventStore, view: View<S>, until: (event: RecordedEvent) => boolean) => {
  const fresh = view.initial();
  let events = 0;
  let opaque = 0;
  for await (const event of store.readAll({ filter: view.filter })) {
    if (until(event)) break;
    view.apply(fresh, event);
    events += 1;
    if (!isKnownEvent(event)) opaque += 1;
  }
  return { fresh, events, opaque };
};
