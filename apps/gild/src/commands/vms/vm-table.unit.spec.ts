import type { VmSummary } from '@gild/registry-application';
import { vmTable, vmText } from './vm-table.js';

const vm = (vm_id: string, rest: Partial<VmSummary> = {}): VmSummary => ({
  ...{ vm_id, image_name: 'web', image_version: '1.0.0', arch: 'x86_64', host: 'oak', state: 'running' },
  ...{ started_at: '2026-11-23T09:00:00.000Z', version_state: 'published', outdated: false },
  ...rest,
});
const stopped_at = '2026-11-23T10:00:00.000Z';

it('shows of every machine what it runs, where, since when, and what speaks against it', () => {
  const { arch: _, ...unsaid } = vm('d', { channel: 'stable', state: 'stopped', stopped_at });
  expect(
    vmTable([
      vm('a', { newest_version: '1.0.0' }),
      vm('b', { version_state: 'revoked', outdated: true, newest_version: '1.1.0' }),
      vm('c', { image_version: '1.2.0', version_state: 'revoked', newest_version: '1.1.0' }),
      unsaid,
    ]),
  ).toBe(`VM  IMAGE      ARCH    HOST  STATE    SINCE                     NOTE
a   web@1.0.0  x86_64  oak   running  2026-11-23T09:00:00.000Z
b   web@1.0.0  x86_64  oak   running  2026-11-23T09:00:00.000Z  revoked; 1.1.0 is newer
c   web@1.2.0  x86_64  oak   running  2026-11-23T09:00:00.000Z  revoked; use 1.1.0
d   web@1.0.0  -       oak   stopped  2026-11-23T10:00:00.000Z  from channel stable
`);
});

it('says so when there is none', () => expect(vmTable([])).toBe('no VM to show\n'));

it('says what one machine does', () => {
  expect(vmText(vm('a'))).toBe('a runs web@1.0.0 on oak\n');
  expect(vmText(vm('a', { state: 'stopped', stopped_at }))).toBe('a is stopped; it ran web@1.0.0 on oak\n');
});
