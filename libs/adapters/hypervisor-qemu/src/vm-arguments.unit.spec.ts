import { vmInTerminal, type VmShape, vmUnderControl } from './vm-arguments.js';

const shape: VmShape = {
  ...{ vmId: 'vm-17', uuid: '0a1b2c3d-0000-4000-8000-000000000000', arch: 'x86_64', accelerator: 'tcg' },
  ...{ x86Level: 3, memoryMiB: 512, processors: 4, disk: '/vms/a,b/disk.qcow2', seed: '/vms/a,b/seed.img' },
};

/** The values of an option, in their order. */
const valuesOf = (argv: readonly string[], option: string) =>
  argv.flatMap((word, index) => (word === option ? [argv[index + 1]] : []));

it('starts from its disk, and cannot write to what tells it who it is', () =>
  expect(valuesOf(vmInTerminal(shape), '-drive')).toStrictEqual([
    'id=disk,if=none,format=qcow2,discard=unmap,file=/vms/a,,b/disk.qcow2',
    'id=seed,if=none,format=raw,readonly=on,file=/vms/a,,b/seed.img',
  ]));

it('is as large as it is asked to be, and an own one', () => {
  const argv = vmInTerminal(shape);
  expect(['-m', '-smp', '-uuid', '-name'].map((option) => valuesOf(argv, option))).toStrictEqual([
    ['512'],
    ['4'],
    [shape.uuid],
    ['vm-17'],
  ]);
  expect(argv).toContain('virtio-net-pci,netdev=net,mac=52:54:00:0a:1b:2c,romfile=');
});

it('is reached at the port that is asked for, from its host only', () => {
  expect(valuesOf(vmInTerminal(shape), '-netdev')).toStrictEqual(['user,id=net']);
  expect(valuesOf(vmInTerminal({ ...shape, sshPort: 2222 }), '-netdev')).toStrictEqual([
    'user,id=net,hostfwd=tcp:127.0.0.1:2222-:22',
  ]);
});

it('restarts where its guest does, and is confined', () => {
  const argv = vmUnderControl(shape);
  expect(argv).not.toContain('-no-reboot');
  expect(valuesOf(argv, '-sandbox')).toStrictEqual([
    'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
  ]);
});

it('has its console where it is started, and its control where a program does that', () => {
  expect(valuesOf(vmInTerminal(shape), '-serial')).toStrictEqual(['mon:stdio']);
  expect(valuesOf(vmUnderControl(shape), '-serial')).toStrictEqual(['chardev:console']);
  expect(valuesOf(vmUnderControl(shape), '-mon')).toStrictEqual(['chardev=control,mode=control']);
});

it('has the firmware it is given, whose variables it writes', () => {
  const uefi = { code: '/fw/code.fd', variables: '/vms/vars.fd', isGuarded: true };
  const argv = vmInTerminal({ ...shape, uefi });
  expect(valuesOf(argv, '-drive').slice(0, 2)).toStrictEqual([
    'if=pflash,format=raw,unit=0,readonly=on,file=/fw/code.fd',
    'if=pflash,format=raw,unit=1,readonly=off,file=/vms/vars.fd',
  ]);
  expect(valuesOf(argv, '-M')).toStrictEqual(['q35,graphics=off,dump-guest-core=off,smm=on']);
});
