import { type BootOutcome, Firmware } from '@gild/contracts';
import type { JobRecord } from './job-record.js';

type Tested = JobRecord['bootTests'][number];

/** What became of each firmware, in one order whichever boot was done first. */
export const bootOutcomes = ({ bootTests, untested }: JobRecord): BootOutcome[] =>
  [
    ...bootTests.map(tested),
    ...untested.map(({ firmware, untested: reason = '' }): BootOutcome => ({
      firmware,
      outcome: 'not_tested',
      reason,
      checks: [],
    })),
  ].sort((one, other) => order(one) - order(other));

const order = ({ firmware }: BootOutcome): number => Firmware.options.indexOf(firmware);

const tested = (boot: Tested): BootOutcome => ({
  firmware: boot.firmware,
  outcome: boot.passed ? 'passed' : 'failed',
  ...(boot.failure === undefined ? {} : { reason: boot.failure }),
  accelerator: boot.accelerator,
  ...(boot.msToKernel === undefined ? {} : { ms_to_kernel: boot.msToKernel }),
  ...(boot.msToUserspace === undefined ? {} : { ms_to_userspace: boot.msToUserspace }),
  ...(boot.msToChecksGreen === undefined ? {} : { ms_to_checks_green: boot.msToChecksGreen }),
  checks: boot.checks.map(({ name, passed, attempts, ms }) => ({ name, passed, attempts, ms })),
});
