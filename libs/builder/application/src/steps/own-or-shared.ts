import type { Attempt } from '../attempt.js';

const MOST_TRIES = 3;

/** What to do with a result that comes when nobody waits for it any more. */
type LetGo = () => Promise<void>;

/**
 * Another build of this agent may be making or unpacking the same layer, and this one then gets what that one made. When
 * that one fails, its reasons (it was cancelled, say) are its own, and this build does the work itself. Waiting for another is no
 * silence, and ends with this build's signal.
 */
export const ownOrShared = async <T>(
  attempt: Attempt,
  run: (isMine: () => void) => Promise<T>,
  letGo: LetGo = () => Promise.resolve(),
): Promise<{ result: T; isOwn: boolean }> => {
  const { work, log } = attempt;
  for (let tries = 1; ; tries += 1) {
    const mine = Promise.withResolvers<true>();
    let isOwn = false;
    const running = run(() => {
      isOwn = true;
      mine.resolve(true);
    });
    try {
      await untilMine(Promise.race([mine.promise, running]), attempt, () => void running.then(letGo, ignore));
      return { result: await running, isOwn };
    } catch (error) {
      work.signal.throwIfAborted();
      if (isOwn || tries === MOST_TRIES) throw error;
      await log.line('another build could not make this layer; this one makes it');
    }
  }
};

const ignore = (): void => undefined;

/** Until this build has its turn or the other's result; `leave`: the signal came first. */
const untilMine = async (
  turn: Promise<unknown>,
  { life, work: { signal } }: Pick<Attempt, 'life' | 'work'>,
  leave: () => void,
): Promise<void> => {
  const settled = new AbortController();
  const left = new Promise<never>((_, reject) => {
    const abort = () => {
      leave();
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: settled.signal });
  });
  try {
    await life.waitingFor(Promise.race([turn, left]));
  } finally {
    settled.abort();
  }
};
