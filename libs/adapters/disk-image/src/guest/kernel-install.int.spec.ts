import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linuxSandbox } from '@gild/sandbox-linux';
import { bootFiles } from './boot-files.js';
import { kernelInstallFiles } from './kernel-install.js';

const UUID = '6f0e1d7c-6c0e-4c8e-9f6b-4f6a2f0b8a11';
const OLD = '6.17.1-300.fc43.x86_64';
const NEW = '6.17.10-300.fc43.x86_64';

const home = mkdtempSync(join(tmpdir(), 'gild-kernels-'));
const place = (path: string, content: string, mode = 0o644) => {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), content, { mode });
};

beforeAll(() => {
  place('boot/grub/grub.cfg', `set timeout=0\nsearch --no-floppy --fs-uuid --set=root ${UUID}\n`);
  place(`boot/vmlinuz-${OLD}`, 'old');
  place(`boot/initramfs-${OLD}.img`, 'old');
  place('kernel', 'new');
  for (const { path, content } of [...bootFiles('x86_64'), ...kernelInstallFiles])
    place(path.slice(1), content);
  place('etc/default/grub.d/20-gild.cfg', 'GRUB_CMDLINE_LINUX_DEFAULT="quiet loglevel=4 audit=1"\n');
  place('programs/depmod', '#!/bin/sh\n', 0o755);
  place('programs/dracut', '#!/bin/sh\nfor image; do :; done\necho made >"$image"\n', 0o755);
  // The sandbox's root is somebody else here.
  chmodSync(home, 0o755);
  for (const folder of ['boot', 'boot/grub']) chmodSync(join(home, folder), 0o777);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const kernelInstall = async (...words: string[]): Promise<number> => {
  const seen = (source: string, target: string) => ({ source: join(home, source), target });
  const { exitCode } = await linuxSandbox().run({
    argv: ['sh', '/run/plugins/10-gild.install', ...words],
    lower: [],
    root: 'host',
    env: { PATH: '/run/programs:/usr/bin:/bin' },
    binds: [
      seen('boot', '/boot'),
      seen('etc/default', '/etc/default'),
      seen('etc/kernel/install.d', '/run/plugins'),
      seen('programs', '/run/programs'),
      seen('kernel', '/run/kernel'),
    ],
  });
  return exitCode;
};
const menu = () => readFileSync(join(home, 'boot/grub/grub.cfg'), 'utf8');
const entry = (version: string) =>
  `menuentry 'Linux ${version}' {
  linux /boot/vmlinuz-${version} root=UUID=${UUID} ro console=tty0 console=ttyS0,115200 quiet loglevel=4 audit=1
  initrd /boot/initramfs-${version}.img
}
`;

it('starts a kernel that is installed later, with the settings of the image', async () => {
  expect(await kernelInstall('add', NEW, '/boot/entry', '/run/kernel')).toBe(77);
  const [, ...entries] = menu().split(/^(?=menuentry)/m);
  expect(entries).toStrictEqual([entry(NEW), entry(OLD)]);
  expect(menu()).toContain('set timeout=1\n');
  expect(readFileSync(join(home, 'boot', `vmlinuz-${NEW}`), 'utf8')).toBe('new');
});

it('forgets a kernel that is removed', async () => {
  expect(await kernelInstall('remove', OLD, '/boot/entry')).toBe(77);
  expect(
    menu()
      .split(/^(?=menuentry)/m)
      .slice(1),
  ).toStrictEqual([entry(NEW)]);
  expect(readdirSync(join(home, 'boot')).sort()).toStrictEqual([
    'grub',
    `initramfs-${NEW}.img`,
    `vmlinuz-${NEW}`,
  ]);
});

it('leaves everything else to others', async () => {
  expect(await kernelInstall('inspect', NEW)).toBe(0);
});
