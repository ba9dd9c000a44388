import type { Clock } from '@gild/ports';

/** Calls back when a lease ends that was not renewed in time. */
export type LeaseGuard = {
  /** The lease holds until that moment of the monotonic clock. */
  renew: (untilMs: number) => void;
  stop: () => void;
};

/** Watches the agent's own clock, so that a request nobody answers cannot outlast the lease unnoticed. */
export const leaseGuard = (clock: Clock, onEnd: () => void): LeaseGuard => {
  let watch = new AbortController();
  return {
    renew: (untilMs) => {
      watch.abort();
      watch = new AbortController();
      clock.delay(Math.max(0, untilMs - clock.monotonicMs()), watch.signal).then(onEnd, () => undefined);
    },
    stop: () => watch.abort(),
  };
};
