import { objectKeys } from '@gild/contracts';
import type { Clock, ObjectStore } from '@gild/ports';

/** Where a reader of a log stands. */
export type LogPosition = { attempt: number; chunk: number };

/** What is known about a job. Its log is complete in the store before `ended` becomes true, but of the attempts that were `interrupted`. */
export type LogState = {
  attempt: number;
  interrupted: readonly number[];
  ended: boolean;
};

/** `whole`: the last attempt whose log was complete then. When a line was written is not on record, so nothing later is read. */
export type PastLogState = LogState & { whole: number };

export type LogPiece = LogPosition & { bytes: Uint8Array };

/** What following needs: the store, the job's state, a wake-up that may be missed, and time. */
export type FollowDeps = {
  objects: ObjectStore;
  clock: Clock;
  state: () => Promise<LogState>;
  /** Resolves when something may have changed; at the latest after a second. */
  changed: (signal: AbortSignal) => Promise<void>;
};

/**
 * The pieces of a job's log after `from`, over all its attempts, in order and each once; where an attempt was interrupted a line says
 * so. With `follow` it goes on until the job has ended, else until what is there is read.
 */
export async function* readLog(
  jobId: string,
  options: { from: LogPosition; follow: boolean; signal: AbortSignal },
  deps: FollowDeps,
): AsyncGenerator<LogPiece> {
  let { attempt, chunk } = options.from;
  while (!options.signal.aborted) {
    const state = await deps.state();
    const bytes = await readChunk(objectKeys.logChunk(jobId, attempt, chunk + 1), deps.objects);
    if (bytes !== undefined) {
      chunk += 1;
      yield { attempt, chunk, bytes };
      continue;
    }
    const isLast = attempt >= state.attempt;
    if (isLast && options.follow && !state.ended) {
      await deps.changed(options.signal);
      continue;
    }
    if (state.interrupted.includes(attempt))
      yield await interruption(jobId, { attempt, chunk }, deps.objects);
    if (isLast) return;
    attempt += 1;
    chunk = 0;
  }
}

/** The same as it was at a moment; where an attempt was under way then a line says so. */
export async function* readPastLog(
  jobId: string,
  options: { from: LogPosition; signal: AbortSignal },
  { past, ...deps }: Omit<FollowDeps, 'state'> & { past: PastLogState },
): AsyncGenerator<LogPiece> {
  const { attempt } = options.from;
  const state = () => Promise.resolve({ ...past, attempt: past.whole });
  if (attempt <= past.whole) yield* readLog(jobId, { ...options, follow: false }, { ...deps, state });
  const next = Math.max(past.whole + 1, attempt);
  if (next <= past.attempt) yield underWay(next);
}

const underWay = (attempt: number): LogPiece => {
  const notice = `[attempt ${attempt} was under way then; which of its lines were written is not on record]\n`;
  return { attempt: attempt + 1, chunk: 0, bytes: Buffer.from(notice) };
};

/** The log of an attempt is what came of it: its agent is gone. Whoever goes on from where this stands is not told twice. */
const interruption = async (
  jobId: string,
  { attempt, chunk }: LogPosition,
  objects: ObjectStore,
): Promise<LogPiece> => {
  let sizeBytes = 0;
  for (let number = 1; number <= chunk; number += 1)
    sizeBytes += (await objects.head(objectKeys.logChunk(jobId, attempt, number)))?.sizeBytes ?? 0;
  const notice = `\n[the log of attempt ${attempt} is interrupted at byte ${sizeBytes}: its agent was lost]\n`;
  return { attempt: attempt + 1, chunk: 0, bytes: Buffer.from(notice) };
};

const readChunk = async (key: string, objects: ObjectStore): Promise<Uint8Array | undefined> => {
  const head = await objects.head(key);
  if (head === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of objects.readRange(key, 0, head.sizeBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
};
