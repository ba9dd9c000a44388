import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_PACKAGES, MACHINE_PACKAGES, mirrorOf, rpmWorkshop } from '@gild/testing';
import { GildHome } from './gild-home.js';
import { openedDisk } from './opened-disk.js';

const PATIENCE_MS = 600_000;
const WHO = 'fedora@gild.invalid';
const SSH_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';
const PLAIN = `base_os: fedora
os_version: '43'
disk_size_gb: 10
compression: false
ssh_public_keys: ['${SSH_KEY}']
`;
/** On the first one, with everything that goes its own way on this family. */
const HARDENED = `${PLAIN}base_image: { name: machine, version: '~1.0' }
optimize: true
security_hardening: true
auto_updates: false
dns_servers: ['192.0.2.53']
`;
const KERNEL = '6.17.1-300.fc43.x86_64';

const workshop = rpmWorkshop();
const gild = new GildHome();
let mirror: Awaited<ReturnType<typeof mirrorOf>>;

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
}, PATIENCE_MS);

afterAll(() => {
  mirror.close();
  gild.remove();
  rmSync(workshop.home, { recursive: true, force: true });
});

/** Builds an image, and opens its disk. */
const built = async (name: string, definition: string) => {
  const file = join(gild.root, `${name}.yaml`);
  writeFileSync(file, `name: ${name}\n${definition}`);
  const build = await gild.run('build', file, '--no-boot-test');
  expect(build.code === 0 ? '' : build.stdout + build.stderr).toBe('');
  const image = join(gild.root, `${name}.qcow2`);
  const exported = await gild.run('export', name, '--output', image);
  expect(exported.code === 0 ? '' : exported.stderr).toBe('');
  // Holes stay holes: the raw disk of ten gigabytes takes no longer than its content.
  const raw = join(gild.root, `${name}.raw`);
  expect(spawnSync('qemu-img', ['convert', '-O', 'raw', image, raw]).status).toBe(0);
  return openedDisk(raw);
};

let disk: ReturnType<typeof openedDisk>;

describe('an image of Fedora from repositories of its own', () => {
  it(
    'is built through every step but the boot test',
    async () => {
      disk = await built('machine', PLAIN);
    },
    PATIENCE_MS,
  );
  it('boots the kernel it installed with the initramfs made for it', () => {
    const menu = disk.root('cat /boot/grub/grub.cfg');
    expect(menu).toContain(`linux /boot/vmlinuz-${KERNEL} root=UUID=`);
    expect(menu).toContain(`initrd /boot/initramfs-${KERNEL}.img`);
    expect(disk.root(`cat /boot/initramfs-${KERNEL}.img`)).toContain(
      `--no-hostonly --reproducible --kver ${KERNEL}`,
    );
  });
  it('starts under Secure Boot with the loaders the release has signed', () => {
    expect(disk.esp('/EFI/BOOT/BOOTX64.EFI')).toBe('shim\n');
    expect(disk.esp('/EFI/BOOT/grubx64.efi')).toBe('signed GRUB\n');
    expect(disk.esp('/EFI/fedora/grub.cfg')).toContain('configfile $prefix/grub.cfg');
  });
  it('is labelled as its policy says', () => {
    expect(disk.root('ea_list /usr/libexec/gild/test-agent')).toContain('system_u:object_r:bin_t:s0');
    expect(disk.root('ea_list /etc/shadow')).toContain('system_u:object_r:shadow_t:s0');
  });
  it('lets its user in with the key, and become root', () => {
    expect(disk.root('cat /home/fedora/.ssh/authorized_keys')).toContain(SSH_KEY);
    expect(disk.root('cat /etc/group')).toMatch(/^wheel:x:10:fedora$/m);
    expect(disk.root('cat /etc/sudoers.d/90-gild')).toBe('fedora ALL=(ALL) NOPASSWD:ALL\n');
  });
  it('updates itself, and keeps nothing of package management', () => {
    expect(disk.root('ls /etc/systemd/system/timers.target.wants')).toContain('dnf5-automatic.timer');
    expect(disk.root('cat /etc/dnf/automatic.conf')).toContain('apply_updates = yes');
    expect(disk.root('stat /etc/machine-id')).toContain('Size: 0');
  });
});

describe('another image on it, hardened and optimized', () => {
  it(
    'is built on the layers of the first',
    async () => {
      disk = await built('hardened', HARDENED);
    },
    PATIENCE_MS,
  );
  it('starts at once, audited from the first process on', () => {
    const menu = disk.root('cat /boot/grub/grub.cfg');
    expect(menu).toContain('set timeout=0\n');
    expect(menu).toContain('quiet loglevel=3 audit=1');
    expect(disk.root('ls /etc/systemd/system/multi-user.target.wants')).toContain('auditd.service');
    expect(disk.root('cat /etc/audit/rules.d/50-gild-hardening.rules')).toContain('-w /etc/selinux ');
  });
  it('has an initramfs for virtual machines, now and later', () => {
    expect(disk.root('cat /etc/dracut.conf.d/10-gild-virtual-hardware.conf')).toContain('virtio_blk');
    expect(disk.root(`cat /boot/initramfs-${KERNEL}.img`)).toContain(`--kver ${KERNEL}`);
  });
  it('leaves documentation out, now and later', () => {
    expect(disk.root('ls /usr/share/doc/kmod')).not.toContain('README');
    expect(disk.root('cat /etc/rpm/macros.gild-left-out')).toContain('%_excludedocs 1');
  });
  it('closes its files, also after an upgrade', () => {
    expect(disk.root('stat /etc/ssh/sshd_config')).toMatch(/Mode: +0600/);
    expect(disk.root('cat /etc/tmpfiles.d/gild-hardening.conf')).toContain('z /etc/ssh/sshd_config 0600');
  });
  it('no longer updates itself', () => {
    expect(disk.root('ls /etc/systemd/system/timers.target.wants')).not.toContain('dnf5-automatic.timer');
    expect(disk.root('cat /etc/dnf/automatic.conf')).toContain('apply_updates = no');
    expect(disk.root('cat /etc/systemd/resolved.conf.d/10-gild.conf')).toContain('DNS=192.0.2.53');
  });
});
