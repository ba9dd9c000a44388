import { EMULATED_TIMES } from '@gild/contracts';
import type { BootTestSpec } from '@gild/ports';
import type { Accelerator } from './machine-models.js';

/** How many times as long each thing may take that a machine is asked. */
export const timesOf = (accelerator: Accelerator): number => (accelerator === 'tcg' ? EMULATED_TIMES : 1);

type Limits = Pick<BootTestSpec, 'deadlineMs' | 'checks' | 'emulatedTimes'>;

/** The boot with the time it may take on the machine it gets. */
export const withPatience = <T extends Limits>(spec: T, accelerator: Accelerator): T => {
  const times = accelerator === 'tcg' ? spec.emulatedTimes : 1;
  const checks = spec.checks.map((check) => ({ ...check, withinMs: check.withinMs * times }));
  return { ...spec, checks, deadlineMs: spec.deadlineMs * times };
};
