import { vmPrograms, type VmShape } from '@gild/hypervisor-qemu';
import { currentRecord } from './earlier-vm-document.js';

const shape: VmShape = {
  ...{ vmId: '-m', uuid: '0a1b2c3d-0000-4000-8000-000000000000', arch: 'x86_64', accelerator: 'tcg' },
  ...{ x86Level: 3, memoryMiB: 2048, processors: 4, disk: '/vms/a/disk.qcow2', seed: '/vms/a/seed.img' },
};
const flash = { code: '/fw/code.fd', variables: '/vms/a/uefi-variables.fd' };

it.each([
  [undefined, 'bios'],
  [{ ...flash, isGuarded: false }, 'uefi'],
  [{ ...flash, isGuarded: true }, 'uefi-secure'],
])('reads the machine of a record that does not tell of it from what starts it: %j', (uefi, firmware) => {
  const boot = vmPrograms({ ...shape, uefi }).inTerminal;
  expect(currentRecord({ vm_id: '-m', boot })).toStrictEqual({
    ...{ vm_id: '-m', boot, uuid: shape.uuid, memory_mib: 2048, processors: 4, firmware },
  });
});

it('believes what a record tells', () => {
  const told = { uuid: 'u', memory_mib: 512, processors: 2, firmware: 'uefi' };
  expect(currentRecord({ ...told, boot: vmPrograms(shape).inTerminal })).toMatchObject(told);
});

it.each([[undefined], [{ vm_id: 'vm-17' }]])('makes nothing of what is no record: %j', (none) =>
  expect(currentRecord(none)).toBe(none),
);
