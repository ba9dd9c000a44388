import type { BuilderLimits } from '@gild/builder-application';

const MINUTE_MS = 60_000;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Limits of an agent. A boot under software emulation takes about a minute on two cores; it gets ten. */
export const DEFAULT_LIMITS: BuilderLimits = {
  idleMs: 5 * MINUTE_MS,
  logBytes: 64 * MIB,
  diskBytes: 4 * GIB,
  bootMs: 10 * MINUTE_MS,
  bootMemoryMiB: 1024,
};
