import { currentRecord } from './earlier-vm-document.js';

const UUID = '0a1b2c3d-0000-4000-8000-000000000000';
const MACHINE = '-nodefaults -no-user-config -display none -M q35,graphics=off -accel tcg -smp 4 -m 2048';
const UEFI =
  '-drive if=pflash,format=raw,unit=0,readonly=on,file=/fw/code.fd -drive if=pflash,format=raw,unit=1,readonly=off,file=/vms/a/uefi-variables.fd';
const GUARDED =
  '-global driver=cfi.pflash01,property=secure,value=on -global ICH9-LPC.disable_s3=1 -boot strict=on';
const DISKS =
  '-drive id=disk,if=none,format=qcow2,discard=unmap,file=/vms/a/disk.qcow2 -device virtio-blk-pci,drive=disk,bootindex=0 -serial mon:stdio';

/** What the release wrote that told of the machine in no other way; the name of this one is an option. */
const written = (firmware: string): string[] =>
  `qemu-system-x86_64 -name -m -uuid ${UUID} ${MACHINE}${firmware} ${DISKS}`.split(' ');

it.each([
  ['', 'bios'],
  [` ${UEFI}`, 'uefi'],
  [` ${UEFI} ${GUARDED}`, 'uefi-secure'],
])('reads the machine of a record that does not tell of it from what starts it: %s', (options, firmware) => {
  const boot = written(options);
  expect(currentRecord({ vm_id: '-m', boot })).toStrictEqual({
    ...{ vm_id: '-m', boot, uuid: UUID, memory_mib: 2048, processors: 4, firmware },
  });
});

it('believes what a record tells', () => {
  const told = { uuid: 'u', memory_mib: 512, processors: 2, firmware: 'uefi' };
  expect(currentRecord({ ...told, boot: written('') })).toMatchObject(told);
});

it.each([[undefined], [{ vm_id: 'vm-17' }]])('makes nothing of what is no record: %j', (none) =>
  expect(currentRecord(none)).toBe(none),
);
