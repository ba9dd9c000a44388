import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { osRelease, resolveDefinition } from '@gild/contracts';
import { applyOptimizations } from './apply-optimizations.js';
import { applySecurityHardening } from './apply-security-hardening.js';
import { LOGIN_SETTINGS, loginSettings } from './hardening/sessions.js';
import { coldplug, coldplugInRamDisk, RULED_MODULES } from './optimizing/device-events.js';
import { removeLeftOut } from './optimizing/left-out-files.js';

const releases = [osRelease('debian', '12'), osRelease('fedora', '43')];
const definition = resolveDefinition({
  ...{ name: 'x', base_os: 'debian', auto_updates: false },
  ...{ optimize: true, security_hardening: true },
});
const recipes = releases
  .filter((release) => release !== undefined)
  .flatMap((release) => [
    applyOptimizations(definition, release, { lean: false }),
    applySecurityHardening(definition, 'x86_64', release),
  ]);
const shell = recipes.flatMap(({ files, scripts }) => [
  ...files
    .filter(({ content }) => content.startsWith('#!/bin/sh'))
    .map(({ path, content }) => [path, content]),
  ...files.filter(({ path }) => path.endsWith('.sh')).map(({ path, content }) => [path, content]),
  ...scripts.map(({ name, content }) => [name, content]),
]);

const script = (name: string) =>
  recipes.flatMap(({ scripts }) => scripts).find((each) => each.name === name)?.content ?? '';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gild-tree-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, content = 'x') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
/** Runs a script as if the folder were the root of an image. */
const runIn = (script: string, paths: RegExp) =>
  spawnSync('sh', ['-c', script.replace(paths, (path) => `${root}${path}`)], { encoding: 'utf8' });

it.each(shell)('%s is a shell script', (_, content = '') => {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: content, encoding: 'utf8' });
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
});

it('the hook of the initial RAM disk has nothing to wait for', () => {
  const hook = recipes[0]?.files.find(({ path }) => path.includes('/hooks/'))?.content ?? '';
  expect(execFileSync('sh', ['-c', hook, 'hook', 'prereqs'], { encoding: 'utf8' })).toBe('\n');
});

it('removes documentation, translations and absent hardware, and nothing else', () => {
  const kept = [
    'usr/share/doc/nginx/copyright',
    'usr/share/locale/locale.alias',
    'usr/share/zoneinfo/UTC',
    'usr/lib/modules/6.1/kernel/drivers/net/virtio_net.ko',
    'usr/lib/binfmt.d/qemu-aarch64.conf',
    'usr/lib/modules/6.1/kernel/drivers/gpu/drm/amd/amdgpu.ko',
  ];
  const removed = [
    'usr/share/doc/nginx/changelog.gz',
    'usr/share/doc/nginx/examples/a/b',
    'usr/share/man/man1/ls.1.gz',
    'usr/share/man/de/man1/ls.1.gz',
    'usr/share/locale/de/LC_MESSAGES/apt.mo',
    'usr/lib/modules/6.1/kernel/sound/core/snd.ko',
    'usr/lib/binfmt.d/python3.11.conf',
    'usr/lib/modules/6.1/kernel/drivers/net/wireless/ath/ath.ko.xz',
  ];
  for (const path of [...kept, ...removed]) write(path);
  symlinkSync('nginx', join(root, 'usr/share/doc/nginx-core'));
  const { status, stderr } = runIn(removeLeftOut, /\/usr\/(share|lib)\b/g);
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
  expect(kept.filter((path) => !existsSync(join(root, path)))).toStrictEqual([]);
  expect(removed.filter((path) => existsSync(join(root, path)))).toStrictEqual([]);
  expect(existsSync(join(root, 'usr/share/doc/nginx-core/copyright'))).toBe(true);
  expect(existsSync(join(root, 'usr/share/man/man1'))).toBe(true);
});

it('changes the settings of logins where they stand, adds the others, and touches no comment', () => {
  write('etc/login.defs', '# UMASK is a number\nUMASK\t\t022\n#HOME_MODE\t0700\nUSERGROUPS_ENAB yes\n');
  const { status, stderr } = runIn(loginSettings(LOGIN_SETTINGS), /\/etc\/login\.defs/g);
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
  expect(readFileSync(join(root, 'etc/login.defs'), 'utf8').split('\n')).toStrictEqual([
    '# UMASK is a number',
    'UMASK\t027',
    '#HOME_MODE\t0700',
    'USERGROUPS_ENAB yes',
    'HOME_MODE\t0750',
    'LOG_OK_LOGINS\tyes',
    '',
  ]);
});

describe('events of devices at the start', () => {
  const unit = 'usr/lib/systemd/system/systemd-udev-trigger.service';
  const settings = 'etc/systemd/system/systemd-udev-trigger.service.d/00-gild-optimized.conf';
  const run = () => {
    const { status, stderr } = runIn(coldplug, /\/(usr|etc)\b/g);
    expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
  };

  it.each([
    ['since systemd 251', ['-udevadm trigger --type=all --action=add --prioritized-subsystem=block,net']],
    [
      'before',
      ['udevadm trigger --type=subsystems --action=add', '/bin/udevadm trigger --type=devices --action=add'],
    ],
  ])('are asked for with the commands of the unit as it is written %s', (_, commands) => {
    write(
      unit,
      ['[Service]', ...commands.map((command) => `ExecStart=${command}`), 'Type=oneshot'].join('\n'),
    );
    run();
    const all = readFileSync(join(root, settings), 'utf8').trim().split('\n');
    const [section, cleared] = all;
    const lines = all.slice(2, -1);
    expect([section, cleared]).toStrictEqual(['[Service]', 'ExecStart=']);
    expect(lines.map((line) => line.split(' --subsystem-nomatch=')[0])).toStrictEqual(
      commands.map((command) => `ExecStart=${command}`),
    );
    for (const line of lines) expect(line).toContain(' --subsystem-nomatch=module ');
  });

  it.each([
    ['-udevadm', 'udevadm'],
    ['/usr/bin/udevadm', '/usr/bin/udevadm'],
  ])('are asked for by %s for the modules that have rules, too', (written, program) => {
    write(unit, `[Service]\nExecStart=${written} trigger --type=all --action=add\n`);
    run();
    const last = readFileSync(join(root, settings), 'utf8').trim().split('\n').at(-1);
    const names = RULED_MODULES.map((name) => ` --sysname-match=${name}`).join('');
    expect(last).toBe(
      `ExecStart=-${program} trigger --type=subsystems --action=add --subsystem-match=module${names}`,
    );
    expect(RULED_MODULES).toStrictEqual(expect.arrayContaining(['block', 'configfs', 'fuse']));
  });

  it('stay as they are where the unit names no command, or is not there', () => {
    run();
    for (const command of ['', 'ExecStart=/usr/libexec/coldplug --all\n']) {
      write(unit, `[Service]\nType=oneshot\n${command}`);
      run();
    }
    expect(existsSync(join(root, settings))).toBe(false);
  });

  it('are fewer in an initial RAM disk, and as they are in one that asks for them elsewhere', () => {
    const make = () =>
      spawnSync('sh', ['-e', '-c', coldplugInRamDisk], { env: { ...process.env, DESTDIR: root } });
    expect(make().status).toBe(0);
    write('scripts/init-top/udev', 'udevadm trigger --type=devices --action=add\n');
    expect(make().status).toBe(0);
    expect(readFileSync(join(root, 'scripts/init-top/udev'), 'utf8')).toMatch(
      /^udevadm trigger --type=devices --action=add( --subsystem-nomatch=\w+)+\n$/,
    );
  });
});

describe('what the start mounts for a module', () => {
  const wish = (mount: string) => join(root, 'etc/systemd/system/sysinit.target.wants', mount);
  const onDemand = () =>
    script('idle units')
      .split('\n')
      .filter((line) => !/systemctl|^for |^done/.test(line))
      .join('\n');

  it('is mounted by the event of the module', () => {
    const { status, stderr } = runIn(onDemand(), /\/(usr|etc)\b/g);
    expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
    expect(readlinkSync(wish('sys-fs-fuse-connections.mount'))).toBe('/dev/null');
  });
});
