import type { BootCheck, Firmware } from '@gild/contracts';

const WITHIN_MS = 30_000;

/** The byte after the variable's attributes: 1 when the firmware starts nothing that is not signed. */
const SECURE_BOOT = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

/** What the guest itself has to confirm of the firmware it was started with, before anything else is asked; in `times` as long. */
export const firmwareChecks = (firmware: Firmware, times: number): readonly BootCheck[] =>
  firmware === 'uefi-secure'
    ? [
        {
          name: 'firmware/secure-boot',
          argv: ['od', '-An', '-tu1', '-j4', '-N1', SECURE_BOOT],
          expect: '1',
          withinMs: WITHIN_MS * times,
          once: true,
        },
      ]
    : [];
