import type { Target } from '@gild/contracts';
import type { WorkContext } from '@gild/ports';
import type { BuilderDeps } from './builder-deps.js';
import { linePrefix } from './log/line-prefix.js';
import type { LogWriter } from './log/log-writer.js';
import type { ResolvedLayerStep, ResolvedStep } from './resolve-plan.js';

/** Fetches what layers are made of before it is their turn. */
export type Prefetch = {
  /** Resolves when everything the layer needs is here; rejects with what kept it from coming. At once when nothing was begun. */
  of: (step: ResolvedLayerStep) => Promise<void>;
  /** Ends what still runs; resolves when nothing does. */
  stop: () => Promise<void>;
};

/** Mirrors are shared: more than this many at once would be rude, and no faster. */
const AT_ONCE = 4;

type Given = { target: Target; deps: BuilderDeps; work: WorkContext; log: LogWriter };

const NOTHING: Prefetch = { of: () => Promise.resolve(), stop: () => Promise.resolve() };

/** Begins to fetch for every taskserv whose layer is missing, side by side; the layers are built one after the other. */
export const prefetchTaskservs = async (steps: readonly ResolvedStep[], given: Given): Promise<Prefetch> => {
  const missing = steps.filter(
    (step): step is ResolvedLayerStep =>
      step.kind === 'layer' && step.name.startsWith('taskserv:') && !step.skipped && isMissing(step),
  );
  if (missing.length < 2) return NOTHING;
  await given.log.line(`fetching side by side for ${missing.map(({ title }) => title).join(', ')}`);
  return started(missing, given);
};

const isMissing = ({ empty, cached }: ResolvedLayerStep): boolean => !empty && cached === undefined;

const started = (missing: readonly ResolvedLayerStep[], given: Given): Prefetch => {
  const stopping = new AbortController();
  const signal = AbortSignal.any([given.work.signal, stopping.signal]);
  const inTurn = atMost(AT_ONCE);
  const begunMs = given.deps.clock.monotonicMs();
  const running = new Map(
    missing.map((step) => [
      step.key,
      inTurn(() => fetchFor(step, { ...given, work: { ...given.work, signal } })),
    ]),
  );
  const all = Promise.allSettled(running.values());
  const told = all.then(async (ends) => {
    if (signal.aborted || ends.some(({ status }) => status === 'rejected')) return;
    const seconds = ((given.deps.clock.monotonicMs() - begunMs) / 1000).toFixed(1);
    await given.log.line(`fetched side by side for ${missing.length} taskservs in ${seconds} s`);
  });
  told.catch(() => undefined);
  return {
    of: ({ key }) => running.get(key) ?? Promise.resolve(),
    stop: async () => {
      stopping.abort();
      await all;
      await told.catch(() => undefined);
    },
  };
};

const fetchFor = async (step: ResolvedLayerStep, { target, deps, work, log }: Given): Promise<void> => {
  work.signal.throwIfAborted();
  const { recipe, resolved, repositoriesBelow } = step;
  const lines = linePrefix(`${step.title} ahead`, log.write);
  await deps.toolchain.fetch({ target, recipe, resolved, repositoriesBelow }, { ...work, log: lines.write });
  await lines.end();
};

/** Runs so many of the given works at a time, in the order they are given. */
const atMost = (limit: number) => {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};
