import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_PACKAGES, MACHINE_PACKAGES, mirrorOf, rpmWorkshop } from '@gild/testing';
import { GildHome } from './gild-home.js';

const PATIENCE_MS = 600_000;
const WHO = 'fedora@gild.invalid';
const SSH_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';
const DEFINITION = `name: machine
base_os: fedora
os_version: '43'
disk_size_gb: 10
compression: false
ssh_public_keys: ['${SSH_KEY}']
`;
const ROOT_OFFSET = 135_168 * 512;
const ESP_OFFSET = 4096 * 512;

const workshop = rpmWorkshop();
const gild = new GildHome();
let mirror: Awaited<ReturnType<typeof mirrorOf>>;
const disk = join(gild.root, 'machine.raw');
const image = join(gild.root, 'machine.qcow2');

beforeAll(async () => {
  const key = workshop.key(WHO);
  const rpms = [...BASE_PACKAGES, ...MACHINE_PACKAGES].map(workshop.make);
  workshop.sign(WHO, rpms);
  workshop.publish('releases/43/Everything/x86_64/os', rpms);
  workshop.publish('updates/43/Everything/x86_64', []);
  mirror = await mirrorOf(join(workshop.home, 'repositories'));
  mkdirSync(gild.home, { recursive: true });
  writeFileSync(join(gild.home, 'test.asc'), key);
  writeFileSync(
    join(gild.home, 'agent.yaml'),
    `mirrors:\n  fedora: { main: '${mirror.url}', key: test.asc }\n`,
  );
  writeFileSync(join(gild.root, 'machine.yaml'), DEFINITION);
}, PATIENCE_MS);

afterAll(() => {
  mirror.close();
  gild.remove();
  rmSync(workshop.home, { recursive: true, force: true });
});

const inRoot = (command: string) =>
  spawnSync('debugfs', ['-R', command, `${disk}?offset=${ROOT_OFFSET}`], { encoding: 'utf8' }).stdout;

const inEsp = (path: string) =>
  spawnSync('mtype', ['-i', `${disk}@@${ESP_OFFSET}`, `::${path}`], { encoding: 'utf8' }).stdout;

describe('an image of Fedora from repositories of its own', () => {
  it(
    'is built through every step but the boot test',
    async () => {
      const built = await gild.run('build', join(gild.root, 'machine.yaml'), '--no-boot-test');
      expect(built.code === 0 ? '' : built.stdout + built.stderr).toBe('');
      const exported = await gild.run('export', 'machine', '--output', image);
      expect(exported.code === 0 ? '' : exported.stderr).toBe('');
      // Holes stay holes: the raw disk of ten gigabytes takes no longer than its content.
      expect(spawnSync('qemu-img', ['convert', '-O', 'raw', image, disk]).status).toBe(0);
    },
    PATIENCE_MS,
  );
  it('boots the kernel it installed with the initramfs made for it', () => {
    const menu = inRoot('cat /boot/grub/grub.cfg');
    expect(menu).toContain('linux /boot/vmlinuz-6.17.1-300.fc43.x86_64 root=UUID=');
    expect(menu).toContain('initrd /boot/initramfs-6.17.1-300.fc43.x86_64.img');
    expect(inRoot('cat /boot/initramfs-6.17.1-300.fc43.x86_64.img')).toContain(
      '--no-hostonly --reproducible --kver 6.17.1-300.fc43.x86_64',
    );
  });
  it('starts under Secure Boot with the loaders the release has signed', () => {
    expect(inEsp('/EFI/BOOT/BOOTX64.EFI')).toBe('shim\n');
    expect(inEsp('/EFI/BOOT/grubx64.efi')).toBe('signed GRUB\n');
    expect(inEsp('/EFI/fedora/grub.cfg')).toContain('configfile $prefix/grub.cfg');
  });
  it('is labelled as its policy says', () => {
    expect(inRoot('ea_list /usr/libexec/gild/test-agent')).toContain('system_u:object_r:bin_t:s0');
    expect(inRoot('ea_list /etc/shadow')).toContain('system_u:object_r:shadow_t:s0');
  });
  it('lets its user in with the key, and become root', () => {
    expect(inRoot('cat /home/fedora/.ssh/authorized_keys')).toContain(SSH_KEY);
    expect(inRoot('cat /etc/group')).toMatch(/^wheel:x:10:fedora$/m);
    expect(inRoot('cat /etc/sudoers.d/90-gild')).toBe('fedora ALL=(ALL) NOPASSWD:ALL\n');
  });
  it('updates itself, and keeps nothing of package management', () => {
    expect(inRoot('ls /etc/systemd/system/timers.target.wants')).toContain('dnf5-automatic.timer');
    expect(inRoot('cat /etc/dnf/automatic.conf')).toContain('apply_updates = yes');
    expect(inRoot('stat /etc/machine-id')).toContain('Size: 0');
  });
});
