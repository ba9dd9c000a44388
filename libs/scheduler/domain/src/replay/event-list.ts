type Planned = { atMs: number; order: number; act: () => void };

const isBefore = (a: Planned, b: Planned): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** What is to happen, by time: a heap whose root is next. What happens at the same time happens in the order of planning. */
export class EventList {
  nowMs: number;
  readonly #heap: Planned[] = [];
  #planned = 0;

  constructor(beginMs = 0) {
    this.nowMs = beginMs;
  }

  /** When the next thing happens; undefined: nothing will. */
  get nextMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  in(delayMs: number, act: () => void): void {
    const heap = this.#heap;
    const planned = { atMs: this.nowMs + delayMs, order: (this.#planned += 1), act };
    let hole = heap.length;
    heap.push(planned);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, planned)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = planned;
  }

  /** Lets the next thing happen; false: there is none. */
  step(): boolean {
    const [next] = this.#heap;
    const last = this.#heap.pop();
    if (next === undefined || last === undefined) return false;
    if (this.#heap.length > 0) this.#sink(last);
    this.nowMs = next.atMs;
    next.act();
    return true;
  }

  #sink(planned: Planned): void {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      const left = heap[2 * hole + 1];
      const right = heap[2 * hole + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || isBefore(planned, child)) break;
      heap[hole] = child;
      hole = 2 * hole + (isRight ? 2 : 1);
    }
    heap[hole] = planned;
  }
}
