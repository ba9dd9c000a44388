import { faultCode, type Clock } from '@gild/ports';
import type { Report } from '../scheduler-deps.js';

const EVERY_MS = 60_000;

/**
 * What only a newer release can decide about stays as it is until somebody upgrades: it is said of each build or agent once a minute,
 * not at every look. Everything else is passed on.
 */
export const saidSeldom = (report: Report, clock: Clock): Report => {
  const saidMs = new Map<string, number>();
  return (error, of) => {
    if (faultCode(error) === 'NEWER_RELEASE') {
      const whose = of?.jobId ?? of?.agentId ?? '';
      const now = clock.monotonicMs();
      if (now - (saidMs.get(whose) ?? -EVERY_MS) < EVERY_MS) return;
      saidMs.set(whose, now);
    }
    report(error, of);
  };
};
