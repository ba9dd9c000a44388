import type { ActionName } from './plan.js';

/** What a step does, as far as the time it may take depends on it; `packages`: choosing them, before the first step. */
export type StepKind = 'packages' | 'base' | 'layer' | ActionName;

/** How long a step may take, and how long it may give no sign of life; no `silentMs`: what it uses has limits of its own. */
export type StepLimits = { longestMs: number; silentMs?: number };

const MINUTE_MS = 60_000;

const minutes = (longest: number, silent?: number): StepLimits => ({
  longestMs: longest * MINUTE_MS,
  ...(silent === undefined ? {} : { silentMs: silent * MINUTE_MS }),
});

/** Generous: they are for what hangs. What a build may take is its definition's and the policy's to say. */
const LIMITS: Readonly<Record<StepKind, StepLimits>> = {
  packages: minutes(60, 10),
  base: minutes(120, 30),
  layer: minutes(240, 10),
  disk: minutes(120, 30),
  // Every boot has a limit of its own, and says how far the machine came.
  boot_test: minutes(240),
  checksums: minutes(60, 30),
  verify: minutes(60, 30),
  // The object store gives up on a connection that is stuck, and tries again.
  upload: minutes(240),
};

/** `times`: as long as on a host of the image's own architecture. */
export const stepLimits = (kind: StepKind, times = 1): StepLimits => {
  const { longestMs, silentMs } = LIMITS[kind];
  return { longestMs: longestMs * times, ...(silentMs === undefined ? {} : { silentMs: silentMs * times }) };
};
