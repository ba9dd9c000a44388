import type { BuilderLimits } from '@gild/builder-application';

const MINUTE_MS = 60_000;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What an agent allows every build. */
export const DEFAULT_LIMITS: BuilderLimits = {
  idleMs: 10 * MINUTE_MS,
  logBytes: 64 * MIB,
  diskBytes: 4 * GIB,
  bootMs: 15 * MINUTE_MS,
  bootMemoryMiB: 1024,
};

/** What a test machine takes of the host beside the memory of its guest. */
const MACHINE_OVERHEAD_MIB = 256;

/**
 * How many machines an agent tests at the same time: as many as the host has processors and memory for, and one in any case. More
 * would each be slower, and run into their time limits together.
 */
export const bootsAtOnce = (host: { processors: number; freeBytes: number }): number => {
  const machineBytes = (DEFAULT_LIMITS.bootMemoryMiB + MACHINE_OVERHEAD_MIB) * MIB;
  return Math.max(1, Math.min(host.processors, Math.floor(host.freeBytes / machineBytes)));
};
