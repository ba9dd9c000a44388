import { bootTable } from './boot-table.js';

it('shows nothing where nothing was booted', () => expect(bootTable([])).toBe(''));

it('shows of every firmware what became of it, and of a reason its first line', () =>
  expect(
    bootTable([
      {
        ...{ firmware: 'bios', outcome: 'passed', accelerator: 'tcg', ms_to_kernel: 5_100 },
        ...{ ms_to_userspace: 9_000, ms_to_checks_green: 61_000 },
        checks: [{ name: 'nginx/unit', passed: true, attempts: 1, ms: 10 }],
      },
      { firmware: 'uefi', outcome: 'failed', reason: 'It hung.\nlogin:', accelerator: 'tcg', checks: [] },
      { firmware: 'uefi-secure', outcome: 'not_tested', reason: 'not signed', checks: [] },
    ]),
  ).toBe(`
BOOT TEST    OUTCOME     BY   KERNEL  USER SPACE  CHECKS GREEN  CHECKS  WHY
bios         passed      tcg  5.1 s   9.0 s       1 min 1 s     1 of 1
uefi         failed      tcg  -       -           -             -       It hung.
uefi-secure  not tested  -    -       -           -             -       not signed
`));
