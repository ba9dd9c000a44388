import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installRoot } from '../../farm/install-root.js';
import { toolsOf } from './tool-findings.js';

const LIST = `# probe package users host
zstd                          zstd             build,test

qemu-system-x86_64            qemu-system-x86  build,test  x86_64
/usr/share/AAVMF/CODE.fd      qemu-efi-aarch64 build,test  aarch64
qemu-aarch64-static           qemu-user-static test        x86_64
strace                        strace           test
`;

const namesOf = (list: string, host: string) => toolsOf(list, host).map(({ packageName }) => packageName);

it('what a host needs leaves out what only other hosts or only the tests need', () => {
  expect(toolsOf(LIST, 'x86_64')).toStrictEqual([
    { tool: 'zstd', packageName: 'zstd' },
    { tool: 'qemu-system-x86_64', packageName: 'qemu-system-x86' },
  ]);
  expect(namesOf(LIST, 'aarch64')).toStrictEqual(['zstd', 'qemu-efi-aarch64']);
});

it('a host is asked for the boot loader and the machine of its own architecture, of which it has packages', () => {
  const list = readFileSync(join(installRoot, 'tools', 'host-tools.txt'), 'utf8');
  const [pc, arm] = [namesOf(list, 'x86_64'), namesOf(list, 'aarch64')];
  expect(pc.filter((name) => !arm.includes(name))).toStrictEqual([
    ...['grub-pc-bin', 'grub-efi-amd64-bin', 'qemu-system-x86', 'ovmf'],
  ]);
  expect(arm.filter((name) => !pc.includes(name))).toStrictEqual([
    ...['grub-efi-arm64-bin', 'qemu-system-arm', 'qemu-efi-aarch64'],
  ]);
});
