import type { EventStore, RecordedEvent } from '@gild/ports';

/** How a view keeps what it was, so that a question about the past folds a few events and not all before them. */
export type Keeping<S> = {
  /** A state is kept after that many events of the view. */
  every: number;
  /** As many states are kept: few where each holds a copy, whose size grows with the log. */
  most: number;
  /** Keeps what the state is at this moment, whatever becomes of it; each call of what it answers makes that state anew. */
  keep: (state: S) => () => S;
};

/** A state on the way of a view. `time`: of the last event folded in. */
export type Mark<S> = { position: string; time: string; restore: () => S };

/**
 * The states a view kept, in memory only: they are made by the very fold that is served, and gone with it, so that there is nothing that
 * could be ahead of the log, damaged, or of another release. When there are too many, every second one is left out from then on:
 * however long the log, as many are kept, and questions take longer instead.
 */
export class Marks<S> {
  readonly #keeping: Keeping<S> | undefined;
  #marks: Mark<S>[] = [];
  #every: number;
  readonly #most: number;
  #since = 0;

  constructor(keeping: Keeping<S> | undefined) {
    this.#keeping = keeping;
    this.#every = keeping?.every ?? Infinity;
    this.#most = keeping?.most ?? 0;
  }

  /** Takes note that the event was folded into the state. */
  pass(state: S, { position, metadata: { time } }: RecordedEvent): void {
    this.#since += 1;
    if (this.#keeping === undefined || this.#since < this.#every) return;
    this.#since = 0;
    this.#marks.push({ position, time, restore: this.#keeping.keep(state) });
    if (this.#marks.length <= this.#most) return;
    this.#marks = this.#marks.filter((_, index) => index % 2 === 1);
    this.#every *= 2;
  }

  /** The last one that does not lie after that position. */
  before(position: string, store: Pick<EventStore, 'comparePositions'>): Mark<S> | undefined {
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const mark = this.#marks[middle];
      if (mark !== undefined && store.comparePositions(mark.position, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.#marks[low - 1];
  }
}
