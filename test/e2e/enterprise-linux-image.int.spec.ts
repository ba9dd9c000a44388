import { signedLoaders } from '@gild/contracts';
import { CENTOS_9, RHEL_10, TEST_ARCH } from '@gild/testing';
import type { openedDisk } from './opened-disk.js';
import { rpmFarm } from './rpm-farm.js';

const PATIENCE_MS = 600_000;
const REST = `arch: ${TEST_ARCH}
disk_size_gb: 10
compression: false
ssh_public_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org']
network_config: |
  version: 2
  renderer: NetworkManager
  ethernets: {eth0: {addresses: [192.0.2.5/24], gateway4: 192.0.2.1}}
`;
const CENTOS = `base_os: centos\nos_version: '9'\n${REST}`;
const RHEL = `base_os: rhel\nos_version: '10'\noptimize: true\n${REST}`;

const [, { name: GRUB } = {}] = signedLoaders('centos', '9', TEST_ARCH)?.files ?? [];

let farm: Awaited<ReturnType<typeof rpmFarm>>;
let disk: ReturnType<typeof openedDisk>;

beforeAll(async () => {
  farm = await rpmFarm({ 'centos 9': CENTOS_9, 'rhel 10': RHEL_10 });
}, PATIENCE_MS);

afterAll(() => farm.close());

describe.each([
  { definition: CENTOS, name: 'stream', user: 'centos', folder: 'centos' },
  { definition: RHEL, name: 'enterprise', user: 'cloud-user', folder: 'redhat' },
])('an image of $folder from repositories of its own', ({ definition, name, user, folder }) => {
  it(
    'is built through every step but the boot test',
    async () => {
      disk = await farm.built(name, definition);
    },
    PATIENCE_MS,
  );
  it('has the network of its definition from NetworkManager, and DHCP where that says nothing', () => {
    const folderOf = '/etc/NetworkManager/system-connections';
    expect(disk.root(`cat ${folderOf}/10-gild-eth0.nmconnection`)).toContain(
      '[ipv4]\nmethod=manual\naddress1=192.0.2.5/24\ngateway=192.0.2.1\n',
    );
    expect(disk.root(`stat ${folderOf}/10-gild-eth0.nmconnection`)).toMatch(/Mode: +0600/);
    expect(disk.root(`cat ${folderOf}/80-gild-dhcp.nmconnection`)).toContain('autoconnect-priority=-100');
    const units = disk.root('ls /etc/systemd/system/multi-user.target.wants');
    expect(units).toContain('NetworkManager.service');
    expect(units).not.toContain('systemd-networkd.service');
  });
  it('grows on a larger disk, and updates itself', () => {
    expect(disk.root('ls /etc/systemd/system/local-fs.target.wants')).toContain('gild-grow-root.service');
    expect(disk.root('ls /etc/systemd/system/timers.target.wants')).toContain('dnf-automatic.timer');
  });
  it('starts with the loaders its distribution has signed, and lets its user in', () => {
    expect(disk.esp(`/EFI/BOOT/${GRUB}`)).toBe('signed GRUB\n');
    expect(disk.esp(`/EFI/${folder}/grub.cfg`)).toContain('configfile $prefix/grub.cfg');
    expect(disk.root('cat /etc/group')).toMatch(new RegExp(`^wheel:x:10:${user}$`, 'm'));
  });
});

it('has no documentation where it was optimized from the start', () => {
  expect(disk.root('stat /etc/rpm/macros.gild-left-out')).toContain('Type: regular');
  expect(disk.root('stat /usr/share/doc/kmod/README')).not.toContain('Type: regular');
  expect(disk.root('stat /var/.updated')).toContain('Type: regular');
});

it(
  'asks for a mirror of RHEL where none is told, before anything is fetched',
  async () => {
    const planned = await farm.run('older', `base_os: rhel\nos_version: '9'\n`, 'plan');
    expect(planned.code).not.toBe(0);
    expect(planned.stderr).toContain('Packages of rhel 9 come from no public mirror');
  },
  PATIENCE_MS,
);
