import type { Attempt } from '../attempt.js';

const MOST_TRIES = 3;

/**
 * Another build of this agent may be making or unpacking the same layer, and this one then gets what that one made. When
 * that one fails, its reasons (it was cancelled, say) are its own, and this build does the work itself.
 */
export const ownOrShared = async <T>(
  { work, log }: Attempt,
  run: (isMine: () => void) => Promise<T>,
): Promise<{ result: T; isOwn: boolean }> => {
  for (let tries = 1; ; tries += 1) {
    let isOwn = false;
    try {
      const result = await run(() => (isOwn = true));
      return { result, isOwn };
    } catch (error) {
      work.signal.throwIfAborted();
      if (isOwn || tries === MOST_TRIES) throw error;
      await log.line('another build could not make this layer; this one makes it');
    }
  }
};
