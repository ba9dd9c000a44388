import { streams } from '@gild/contracts';
import { Fault, type EventStore } from '@gild/ports';

const MOST_TURNS = 40;

/** What makes a scheduler's way to the log unsteady. */
export type Unsteadiness = {
  draw: () => number;
  /** Reads and appends take their time, so that what several schedulers do at once comes in any order. */
  slow: boolean;
  /** Whoever places builds is not told that another one was faster. */
  lenient: boolean;
};

/** A scheduler that dies: nothing of what it still does is recorded. */
export class Death {
  #appendsLeft = Number.POSITIVE_INFINITY;
  /** Whether it died with a grant in hand, which a placement that is recorded promised. */
  leftGrants = false;

  /** It dies after so many appends more. */
  after(appends: number): void {
    this.#appendsLeft = Math.min(this.#appendsLeft, appends);
  }

  get hasCome(): boolean {
    return this.#appendsLeft <= 0;
  }

  /** Throws when it has come. */
  pass(eventType: string | undefined): void {
    if (this.hasCome) {
      this.leftGrants ||= eventType === 'AttemptGranted';
      throw new Fault('STORE_UNAVAILABLE', 'this scheduler is dead', { retryable: true });
    }
    this.#appendsLeft -= 1;
  }
}

/** The store as one scheduler reaches it. */
export const unsteady = (
  store: EventStore,
  { draw, slow, lenient }: Unsteadiness,
  death: Death,
): EventStore => {
  const wait = async (): Promise<void> => {
    if (!slow) return;
    for (let turns = Math.floor(draw() * MOST_TURNS); turns > 0; turns -= 1) await Promise.resolve();
  };
  const late = async function* <T>(read: () => AsyncIterable<T>): AsyncGenerator<T> {
    await wait();
    yield* read();
  };
  return {
    append: async (stream, expected, events) => {
      await wait();
      death.pass(events[0]?.type);
      return store.append(stream, lenient && stream === streams.placement() ? 'any' : expected, events);
    },
    readStream: (...range) => late(() => store.readStream(...range)),
    readAll: (range) => late(() => store.readAll(range)),
    subscribeAll: (...range) => store.subscribeAll(...range),
    head: () => wait().then(() => store.head()),
    positionAt: (time) => store.positionAt(time),
    comparePositions: (a, b) => store.comparePositions(a, b),
    close: () => store.close(),
  };
};
