import { subjects } from '@gild/contracts';
import type { Clock, Messenger } from '@gild/ports';
import { z } from 'zod';
import type { LogState, PastLogState } from './follow-log.js';

const ANY_AGENT = '*';

const Watched = z.looseObject({
  status: z.string(),
  attempt: z.int().optional(),
  interrupted_logs: z.array(z.int()).optional(),
  log_chunks: z.int().optional(),
});
type Watched = z.infer<typeof Watched>;

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed']);

/** One job observed: its document now, and a wake-up on hints. Hints may be lost, so waiting is always bounded. */
export const jobWatch = async (
  jobId: string,
  { messenger, clock }: { messenger: Messenger; clock: Clock },
) => {
  let wake: (() => void) | undefined;
  const onHint = () => wake?.();
  const stops = await Promise.all([
    messenger.onHint(subjects.jobChanged(jobId), onHint),
    messenger.onHint(subjects.jobLog(ANY_AGENT, jobId), onHint),
  ]);
  const job = async (): Promise<Watched> => Watched.parse(await messenger.request(subjects.job, { jobId }));
  const ended = ({ status }: Watched) => ENDED.has(status);
  return {
    job,
    ended,
    logState: async (): Promise<LogState> => logStateOf(await job()),
    changed: async (signal: AbortSignal, atMostMs: number): Promise<void> => {
      const waiting = new AbortController();
      const stop = () => waiting.abort();
      signal.addEventListener('abort', stop, { once: true });
      wake = stop;
      await clock.delay(atMostMs, waiting.signal).catch(() => undefined);
      signal.removeEventListener('abort', stop);
      wake = undefined;
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
};

const logStateOf = ({ status, attempt = 0, interrupted_logs: interrupted = [] }: Watched): LogState => ({
  attempt,
  interrupted,
  ended: ENDED.has(status),
});

/** What was on record of a job's log at a moment. Of an attempt whose agent was lost then, what came later is not told apart. */
export const pastLogState = async (
  jobId: string,
  at: string,
  messenger: Messenger,
): Promise<PastLogState> => {
  const document = Watched.parse(await messenger.request(subjects.job, { jobId, at }));
  const state = logStateOf(document);
  const { attempt, interrupted, ended } = state;
  const isComplete =
    ended ||
    document.status === 'queued' ||
    document.log_chunks !== undefined ||
    interrupted.includes(attempt);
  return { ...state, whole: isComplete ? attempt : attempt - 1 };
};
