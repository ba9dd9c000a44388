import type { Arch, X86Level } from '@gild/contracts';
import { MACHINE_MODELS, type Accelerator, type MachineModel } from './machine-models.js';

/** The firmware's code, and the variables of one machine. */
export type UefiFlash = {
  code: string;
  variables: string;
  /** It keeps the variables of Secure Boot from the guest. */
  isGuarded: boolean;
};

/** The machine a disk is tested in. */
export type MachineShape = {
  arch: Arch;
  accelerator: Accelerator;
  x86Level: X86Level;
  memoryMiB: number;
  diskFormat: string;
  /** Absent for BIOS. */
  uefi?: UefiFlash;
};

/** The descriptor QEMU finds the test port's socket at. */
export const TEST_PORT_FD = 3;
/** The descriptor QEMU finds the disk at. */
export const DISK_FD = 4;

// In QEMU's option syntax a comma ends a value unless it is doubled.
const value = (text: string): string => text.replaceAll(',', ',,');

const pflash = (file: string, readOnly: boolean): string[] => [
  '-drive',
  `if=pflash,format=raw,unit=${readOnly ? 0 : 1},readonly=${readOnly ? 'on' : 'off'},file=${value(file)}`,
];

// A card on a network that reaches nothing: the image gets an address, as it would at home, and waits for none.
const NETWORK = ['-netdev', 'user,id=net,restrict=on', '-device', 'virtio-net-pci,netdev=net,romfile='];

const CONSOLE = ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'];

const TEST_PORT = [
  ...['-chardev', `socket,id=test,fd=${TEST_PORT_FD}`, '-device', 'virtio-serial-pci'],
  ...['-device', 'virtserialport,chardev=test,name=io.gild.test'],
];

// The guest is not trusted: a QEMU it took over may start nothing and become nobody else.
const CONFINED = ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'];

const flash = (uefi: UefiFlash | undefined, { guard }: MachineModel): string[] =>
  uefi === undefined
    ? []
    : [
        ...pflash(uefi.code, true),
        ...pflash(uefi.variables, false),
        ...(uefi.isGuarded ? guard.options : []),
      ];

/** A machine that starts from the disk and writes only to a temporary overlay of it. */
export const testMachine = ({ arch, uefi, ...shape }: MachineShape): string[] => {
  const model = MACHINE_MODELS[arch];
  const { kvm, tcg } = model.processor;
  return [
    ...[...CONFINED, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', `${model.machine}${uefi?.isGuarded === true ? model.guard.machine : ''}`],
    ...[
      ...(shape.accelerator === 'kvm' ? kvm : tcg(shape.x86Level)),
      '-m',
      String(shape.memoryMiB),
      ...model.devices,
    ],
    ...flash(uefi, model),
    ...['-add-fd', `fd=${DISK_FD},set=1`, '-drive'],
    `id=disk,if=none,format=${shape.diskFormat},cache=unsafe,snapshot=on,file=/dev/fdset/1`,
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0', '-boot', 'strict=on'],
    ...[...NETWORK, ...CONSOLE, ...TEST_PORT],
  ];
};
