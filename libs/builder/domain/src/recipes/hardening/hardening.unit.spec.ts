import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { osRelease, resolveDefinition } from '@gild/contracts';
import { mounts, MOUNTS } from './file-modes.js';
import { applySecurityHardening } from '../apply-security-hardening.js';

const recipe = (
  arch: 'x86_64' | 'aarch64' = 'x86_64',
  optimize = false,
  release = osRelease('debian', '12'),
) => {
  if (release === undefined) throw new Error('no Debian 12');
  const definition = resolveDefinition({ name: 'x', base_os: 'debian', optimize, security_hardening: true });
  return applySecurityHardening(definition, arch, release);
};
const linesOf = (path: string, of = recipe()) => {
  const content = of.files.find((file) => file.path === path)?.content;
  if (content === undefined) throw new Error(`no ${path}`);
  expect(content.endsWith('\n')).toBe(true);
  return content.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
};

it('writes no file twice', () => {
  const paths = recipe().files.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

it.each(['/etc/sysctl.d/60-gild-hardening.conf', '/etc/sysctl.d/99-protect-links.conf'])(
  '%s sets each key once',
  (path) => {
    const lines = linesOf(path);
    for (const line of lines) expect(line).toMatch(/^[a-z0-9_]+(\.[a-z0-9_]+)+ = \d+$/);
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(lines.length);
  },
);

it('leaves forwarding to the services that need it', () => {
  expect(linesOf('/etc/sysctl.d/60-gild-hardening.conf').join()).not.toContain('forward');
});

it('keeps unneeded modules from being loaded, by name and by device', () => {
  const lines = linesOf('/etc/modprobe.d/gild-hardening.conf');
  for (const line of lines) expect(line).toMatch(/^(install [a-z0-9-]+ \/bin\/false|blacklist [a-z0-9-]+)$/);
});

it('says each setting of the SSH server once, before the files whose word would count otherwise', () => {
  const lines = linesOf('/etc/ssh/sshd_config.d/05-gild-hardening.conf');
  const names = lines.map((line) => line.split(' ')[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(lines).toContain('PermitRootLogin no');
});

it('lists every mount in the six columns of fstab, and none of the root file system', () => {
  const rows = Object.values(MOUNTS).map((line) => line.split(' '));
  expect(rows.map(({ length }) => length)).toStrictEqual([6, 6]);
  expect(rows.map(([, place]) => place)).toStrictEqual(['/tmp', '/dev/shm']);
});

it('adds mounts to those there are, and leaves a place alone that is mounted otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-fstab-'));
  const fstab = join(folder, 'fstab');
  writeFileSync(fstab, 'LABEL=data /srv ext4 nofail 0 2\ntmpfs /tmp tmpfs size=1g 0 0\n');
  execFileSync('sh', ['-c', mounts.replaceAll('/etc/fstab', fstab)]);
  const after = readFileSync(fstab, 'utf8');
  rmSync(folder, { recursive: true });
  expect(after.split('\n')).toStrictEqual([
    'LABEL=data /srv ext4 nofail 0 2',
    'tmpfs /tmp tmpfs size=1g 0 0',
    MOUNTS['/dev/shm'],
    '',
  ]);
});

describe('the rules of the audit', () => {
  const RULES = '/etc/audit/rules.d/50-gild-hardening.rules';

  it.each(['x86_64', 'aarch64'] as const)('are rules for %s', (arch) => {
    const rule =
      /^(-w \/[a-z./-]+ -p wa|-a always,exit -F arch=b64( -S [a-z_]+)+( -F auid(>=1000|!=unset)){0,2}) -k [a-z-]+$/;
    for (const line of linesOf(RULES, recipe(arch))) expect(line).toMatch(rule);
  });

  it('name no call that aarch64 does not have, for none of them would be loaded then', () => {
    const calls = (arch: 'x86_64' | 'aarch64') => linesOf(RULES, recipe(arch)).join(' ').split(' ');
    for (const call of ['chmod', 'chown', 'unlink', 'rename', 'rmdir']) {
      expect(calls('aarch64')).not.toContain(call);
      expect(calls('x86_64')).toContain(call);
    }
  });

  it('cannot be changed once they are all read', () => {
    const paths = recipe().files.map(({ path }) => path);
    expect(
      paths
        .filter((path) => path.startsWith('/etc/audit/'))
        .sort()
        .at(-1),
    ).toBe('/etc/audit/rules.d/99-gild-finalize.rules');
    expect(linesOf('/etc/audit/rules.d/99-gild-finalize.rules')).toStrictEqual(['-e 2']);
  });
});

it('audits from the first process on, also under a quiet console', () => {
  const settings = (optimize: boolean) =>
    linesOf('/etc/default/grub.d/20-gild.cfg', recipe('x86_64', optimize));
  const audited = 'audit=1 audit_backlog_limit=8192"';
  expect(settings(false)).toStrictEqual([`GRUB_CMDLINE_LINUX_DEFAULT="quiet loglevel=4 ${audited}`]);
  expect(settings(true)[0]).toBe(`GRUB_CMDLINE_LINUX_DEFAULT="quiet loglevel=3 ${audited}`);
});

describe('on Fedora and Enterprise Linux', () => {
  const ours = recipe('x86_64', false, osRelease('rhel', '9'));
  const SSH = '/etc/ssh/sshd_config.d/05-gild-hardening.conf';

  it('leaves the algorithms of SSH to the crypto policy of the system', () => {
    expect(linesOf(SSH).join('\n')).toContain('\nCiphers ');
    expect(linesOf(SSH, ours).join('\n')).not.toMatch(/^(Ciphers|KexAlgorithms|MACs) /m);
  });

  it('leaves homes as closed as they are', () => {
    expect(JSON.stringify(ours.scripts)).toContain('set_to HOME_MODE 0700');
    expect(JSON.stringify(recipe().scripts)).toContain('set_to HOME_MODE 0750');
  });

  it('audits the policy and the network that are there', () => {
    const rules = linesOf('/etc/audit/rules.d/50-gild-hardening.rules', ours);
    expect(rules).toContain('-w /etc/selinux -p wa -k mac-policy');
    expect(rules).toContain('-w /etc/NetworkManager -p wa -k system-locale');
    expect(rules.join('\n')).not.toContain('apparmor');
  });

  it('sets the modes of files again at every start, as rpm would forget them', () => {
    expect(linesOf('/etc/tmpfiles.d/gild-hardening.conf', ours)).toContain(
      'z /etc/ssh/sshd_config 0600 root root',
    );
    expect(JSON.stringify(ours.scripts)).not.toContain('dpkg');
  });
});
