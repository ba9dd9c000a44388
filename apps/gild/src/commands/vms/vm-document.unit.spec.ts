import { bootText, gibText, madeText, seedWarning, type VmDocument } from './vm-document.js';

const vm = (rest: Partial<VmDocument> = {}): VmDocument => ({
  ...{ vm_id: 'vm-17', image_name: 'web', image_version: '1.0.0', arch: 'x86_64', host: 'oak' },
  ...{ created_at: '2026-11-23T09:00:00.000Z', folder: '/vms/vm-17', disk: '/vms/vm-17/disk.qcow2' },
  ...{ disk_size_bytes: 12_884_901_888, backing_file: '/cache/a.qcow2', backing_sha256: 'a'.repeat(64) },
  ...{ seed: '/vms/vm-17/seed.img', seed_reader: 'cloud-init', hostname: 'vm-17', ssh_keys: 1 },
  ...{ uuid: '0a1b2c3d-0000-4000-8000-000000000000', memory_mib: 1024, processors: 1, firmware: 'bios' },
  ...{ network: 'dhcp', accelerator: 'tcg', boot: ['qemu', '-name', 'a b'] },
  ...rest,
});

it('tells what was made', () => {
  expect(madeText(vm())).toBe(`vm-17: web@1.0.0 for x86_64, in /vms/vm-17
  disk  /vms/vm-17/disk.qcow2: 12 GiB, an overlay of /cache/a.qcow2
  seed  /vms/vm-17/seed.img: host name vm-17, 1 SSH key for the default user, network by DHCP
`);
  expect(madeText(vm({ user: 'ada', ssh_keys: 2, network: 'given', ssh_port: 2222 })))
    .toBe(`vm-17: web@1.0.0 for x86_64, in /vms/vm-17
  disk  /vms/vm-17/disk.qcow2: 12 GiB, an overlay of /cache/a.qcow2
  seed  /vms/vm-17/seed.img: host name vm-17, 2 SSH keys for user ada, network as given
  ssh   port 2222 of 127.0.0.1
`);
});

it('tells how it is started', () => {
  expect(bootText(vm(), 'gild vm run vm-17 --disk /a'))
    .toBe(`gild vm run vm-17 --disk /a boots it. To boot it by hand (Ctrl-A X switches it off), and put it on record:
  qemu -name 'a b'
  gild vm start vm-17 web@1.0.0 --host oak
`);
  expect(bootText(vm({ arch: 'aarch64' }), '')).toMatch(/ --host oak --arch aarch64\n$/);
});

it('warns where nothing is known to read the seed', () => {
  expect(seedWarning(vm())).toBeUndefined();
  expect(seedWarning(vm({ seed_reader: 'none' }))).toMatch(/^web@1\.0\.0 has no package cloud-init, /);
  expect(seedWarning(vm({ seed_reader: 'unknown' }))).toMatch(
    /^which packages web@1\.0\.0 has cannot be read/,
  );
});

it.each([
  [10_737_418_240, '10 GiB'],
  [536_870_912, '0.5 GiB'],
])('tells %i bytes as %s', (count, text) => expect(gibText(count)).toBe(text));
