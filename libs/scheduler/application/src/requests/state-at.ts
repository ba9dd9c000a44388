import { resolveMoment } from '@gild/application-core';
import type { Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';

/** What was on record at a moment, which names a time or a position of the log, and the time it was. Fault: INVALID_REQUEST. */
export const stateAt = async (
  at: string,
  { view, store, clock }: Farm,
): Promise<{ state: JobsState; now: string }> => {
  const moment = await resolveMoment(at, { store, clock });
  const { state, time } = await view.asOf(moment.position);
  return { state, now: moment.time ?? time };
};
