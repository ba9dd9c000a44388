import type { BootOutcome } from '@gild/contracts';
import { duration } from './format.js';
import { table } from './table.js';

const HEAD = ['boot test', 'outcome', 'by', 'kernel', 'user space', 'checks green', 'checks', 'why'];

const time = (ms: number | undefined): string => (ms === undefined ? '-' : duration(ms));

const passedOf = ({ checks }: BootOutcome): string =>
  checks.length === 0 ? '-' : `${checks.filter(({ passed }) => passed).length} of ${checks.length}`;

/** A row for every firmware, the times from power-on; nothing where nothing was booted. */
export const bootTable = (boots: readonly BootOutcome[] = []): string =>
  boots.length === 0
    ? ''
    : `\n${table(
        HEAD,
        boots.map((boot) => [
          boot.firmware,
          boot.outcome.replace('_', ' '),
          boot.accelerator ?? '-',
          ...[time(boot.ms_to_kernel), time(boot.ms_to_userspace), time(boot.ms_to_checks_green)],
          passedOf(boot),
          (boot.reason ?? '').split('\n', 1)[0] ?? '',
        ]),
      )}`;
