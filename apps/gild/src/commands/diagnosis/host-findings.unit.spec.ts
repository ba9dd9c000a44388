import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '@gild/ports';
import { report } from '../doctor.command.js';
import { emulationFindings } from './emulation-finding.js';
import { idRangeFinding, memoryFinding, namespaceFinding, settingsFinding } from './host-findings.js';
import { rpmFinding } from './rpm-finding.js';

const nothing = () => Promise.resolve(undefined);

describe('what a host lacks', () => {
  it('is memory when less is available than a boot test needs', () => {
    const meminfo = (kB: number) => `MemTotal:       16000000 kB\nMemAvailable:   ${kB} kB\nSwapFree: 0 kB\n`;
    expect(memoryFinding(meminfo(8_000_000))).toMatchObject({ ok: true, found: '8.19 GB', remedy: '' });
    expect(memoryFinding(meminfo(500_000))).toMatchObject({ ok: false, found: '512 MB' });
  });

  it('is user namespaces when none may be made', () => {
    expect(namespaceFinding('15000\n')).toMatchObject({ ok: true, found: 'at most 15000' });
    expect(namespaceFinding('0\n')).toMatchObject({
      ok: false,
      remedy: 'sysctl user.max_user_namespaces=15000',
    });
  });

  it('is a range of ids for the user, with the command that grants one', async () => {
    const range = { first: 100_000, count: 65_536 };
    expect(await idRangeFinding(async () => ({ uid: range, gid: range }))).toMatchObject({
      ok: true,
      found: 'uids from 100000, gids from 100000',
    });
    const refused = new Fault(
      'SANDBOX_UNAVAILABLE',
      '/etc/subuid grants the user ada no range of 65536 ids, which building needs. Have an administrator run: usermod ada',
    );
    expect(await idRangeFinding(() => Promise.reject(refused))).toStrictEqual({
      check: 'subordinate ids',
      ok: false,
      found: '/etc/subuid grants the user ada no range of 65536 ids',
      remedy: 'usermod ada',
    });
  });

  it('is an emulator only for whoever wants images of another architecture, and then says what to install', async () => {
    const without = await emulationFindings(
      async (arch) =>
        arch === 'x86_64'
          ? 'native'
          : new Fault('EMULATOR_MISSING', 'none', { details: { install: 'qemu-user-static' } }),
      async () => undefined,
    );
    expect(without).toStrictEqual([
      {
        check: 'emulated aarch64 builds',
        ok: true,
        found: 'not possible',
        remedy: 'apt-get install qemu-user-static, only to build aarch64 images here',
      },
      { check: 'boot tests of aarch64 images', ok: true, found: 'possible', remedy: '' },
    ]);
    const broken = new Fault('EMULATOR_MISSING', 'The emulator for aarch64 does not work on this host');
    expect(await emulationFindings(async () => broken, nothing)).toMatchObject([
      { check: 'emulated x86_64 builds', remedy: broken.message },
      { check: 'boot tests of x86_64 images' },
      { check: 'emulated aarch64 builds', remedy: broken.message },
      { check: 'boot tests of aarch64 images' },
    ]);
    expect(await emulationFindings(async () => 'native', nothing)).toStrictEqual([]);
  });

  it('is also what the boot tests of such images need, also where the emulator is there', async () => {
    const asked: string[] = [];
    const findings = await emulationFindings(
      async (arch) => (arch === 'x86_64' ? 'native' : 'emulated'),
      async (arch) => {
        asked.push(arch);
        const names = ['qemu-system-aarch64', 'firmware for uefi'];
        return { names, packages: ['qemu-system-arm', 'qemu-efi-aarch64'] };
      },
    );
    expect(asked).toStrictEqual(['aarch64']);
    expect(findings).toMatchObject([
      { check: 'emulated aarch64 builds', found: 'possible' },
      {
        check: 'boot tests of aarch64 images',
        ok: true,
        found: 'not possible: no qemu-system-aarch64, firmware for uefi',
        remedy:
          'apt-get install qemu-system-arm qemu-efi-aarch64, only to build aarch64 images here and boot them',
      },
    ]);
  });

  it('is what images of RPM packages need only for whoever wants them', async () => {
    const told: readonly [] = [];
    expect(await rpmFinding(told, async () => undefined)).toMatchObject({
      ok: true,
      found: 'possible',
      remedy: '',
    });
    const missing = { names: ['rpmkeys', 'rpm2archive'], packages: ['rpm', 'rpm2cpio'] };
    expect(await rpmFinding(told, async () => missing)).toStrictEqual({
      check: 'Fedora, CentOS, RHEL',
      ok: true,
      found: 'not possible',
      remedy: 'apt-get install rpm rpm2cpio, only to build their images here',
    });
    const noSandbox = new Fault('SANDBOX_UNAVAILABLE', 'This kernel makes no user namespaces.');
    expect(await rpmFinding(told, () => Promise.reject(noSandbox))).toMatchObject({
      ok: true,
      remedy: noSandbox.message,
    });
  });

  it('is a mirror where there is no public one, and then says where to name it', async () => {
    const rhel = (release: string) => ({
      distribution: 'rhel',
      release,
      reason: `no mirror of rhel ${release}`,
    });
    const untold = [rhel('9'), rhel('10'), { ...rhel('8'), reason: 'no mirror of rhel 9' }];
    expect(await rpmFinding(untold, async () => undefined)).toMatchObject({
      ...{ ok: true, found: 'possible, but not rhel 9, rhel 10, rhel 8' },
      remedy: 'no mirror of rhel 9 no mirror of rhel 10',
    });
  });

  it('is a sound agent.yaml, where there is one', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gild-doctor-')), 'agent.yaml');
    expect(await settingsFinding(file)).toMatchObject({ finding: [], sourceless: [{}, {}] });
    writeFileSync(file, 'mirrors: no\n');
    expect(await settingsFinding(file)).toMatchObject({
      finding: [{ check: file, ok: false, found: 'not sound', remedy: expect.stringContaining('mirrors') }],
      sourceless: [],
    });
    rmSync(dirname(file), { recursive: true });
  });

  it('is named with the packages to install', () => {
    const missing = { check: 'xz', ok: false, found: 'not found', remedy: 'apt-get install xz-utils' };
    const there = { check: 'gpg', ok: true, found: '/usr/bin/gpg', remedy: '' };
    expect(report({ ok: false, findings: [missing, there] })).toBe(
      [
        '         CHECK  FOUND         WHAT TO DO',
        'MISSING  xz     not found     apt-get install xz-utils',
        'ok       gpg    /usr/bin/gpg',
        'install what is missing: apt-get install xz-utils',
        '',
      ].join('\n'),
    );
  });
});
