import { signedLoaders } from '@gild/contracts';
import { FEDORA_43, TEST_ARCH } from '@gild/testing';
import type { openedDisk } from './opened-disk.js';
import { rpmFarm } from './rpm-farm.js';

const PATIENCE_MS = 600_000;
const SSH_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';
const PLAIN = `base_os: fedora
os_version: '43'
arch: ${TEST_ARCH}
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
const KERNEL = `6.17.1-300.fc43.${TEST_ARCH}`;
const [{ name: SHIM } = {}, { name: GRUB } = {}] = signedLoaders('fedora', '43', TEST_ARCH)?.files ?? [];

let farm: Awaited<ReturnType<typeof rpmFarm>>;
let disk: ReturnType<typeof openedDisk>;

beforeAll(async () => {
  farm = await rpmFarm({ fedora: FEDORA_43 });
}, PATIENCE_MS);

afterAll(() => farm.close());

describe('an image of Fedora from repositories of its own', () => {
  it(
    'is built through every step but the boot test',
    async () => {
      disk = await farm.built('machine', PLAIN);
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
    expect(disk.esp(`/EFI/BOOT/${SHIM}`)).toBe('shim\n');
    expect(disk.esp(`/EFI/BOOT/${GRUB}`)).toBe('signed GRUB\n');
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
  it('has the documentation of its packages', () => {
    expect(disk.root('ls /usr/share/doc/kmod')).toContain('README');
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
      disk = await farm.built('hardened', HARDENED);
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
