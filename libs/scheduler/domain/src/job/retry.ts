import type { FailureClass } from '@gild/contracts';
import { laterBy } from '@gild/kernel';

const FIRST_DELAY_MS = 10_000;
const GROWTH = 3;
/** Ten allowed retries would otherwise end in a wait of two days. */
const LONGEST_DELAY_MS = 3_600_000;

/** How long a build waits after its n-th setback (from 1). */
export const retryDelayMs = (setback: number): number =>
  Math.min(FIRST_DELAY_MS * GROWTH ** (setback - 1), LONGEST_DELAY_MS);

/** Whether an attempt that ended so says nothing about the build. */
export const isSetback = (failureClass: FailureClass): boolean =>
  failureClass === 'infrastructure' || failureClass === 'lost';

type Standing = { setbacks: number; retriesAllowed: number };

/** When the build may be granted again, or undefined when it may not. */
export const retryTime = (
  failureClass: FailureClass,
  { setbacks, retriesAllowed }: Standing,
  now: string,
): string | undefined =>
  isSetback(failureClass) && setbacks < retriesAllowed ? laterBy(now, retryDelayMs(setbacks + 1)) : undefined;
