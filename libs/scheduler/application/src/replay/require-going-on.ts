import { Fault } from '@gild/ports';

/** Fault: UNAVAILABLE (retryable) once the scheduler stops. */
export const requireGoingOn = (signal: AbortSignal): void => {
  if (!signal.aborted) return;
  throw new Fault('UNAVAILABLE', 'the scheduler stopped before the replay was over; try again', {
    retryable: true,
  });
};
