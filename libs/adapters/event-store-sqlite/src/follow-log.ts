import type { SubscriptionItem } from '@gild/ports';
import type { CommitWatch } from './commit-watch.js';
import type { LogPage } from './sqlite-log.js';

interface LogSource {
  readonly watch: CommitWatch;
  readonly page: (after: number) => Promise<LogPage>;
  readonly head: () => Promise<number>;
  readonly isOver: () => boolean;
}

/** First what is there, then what comes. The generation is noted before each look, so no commit falls in between. */
export async function* followLog(
  source: LogSource,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionItem, void> {
  let after = from;
  while (!source.isOver()) {
    const generation = source.watch.generation;
    const page = await source.page(after);
    for (const event of page.events) {
      if (source.isOver()) return;
      yield { kind: 'event', event };
    }
    after = page.scannedTo;
    if (!page.atEnd || source.isOver()) continue;
    yield { kind: 'caughtUp', position: after === 0 ? undefined : String(after) };
    await growth({ source, after, generation, signal });
  }
}

interface Wait {
  readonly source: LogSource;
  readonly after: number;
  readonly generation: number;
  readonly signal: AbortSignal;
}

const growth = async ({ source, after, generation, signal }: Wait): Promise<void> => {
  let seen = generation;
  do {
    await source.watch.changed(seen, signal);
    seen = source.watch.generation;
  } while (!source.isOver() && (await source.head()) <= after);
};
