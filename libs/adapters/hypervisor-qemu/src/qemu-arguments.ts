import type { Arch, X86Level } from '@gild/contracts';
import { MACHINE_MODELS, type Accelerator, type MachineModel } from './machine-models.js';

/** The firmware's code, and the variables of one machine. */
export type UefiFlash = {
  code: string;
  variables: string;
  /** It keeps the variables of Secure Boot from the guest. */
  isGuarded: boolean;
};

/** What a machine is made of, whatever it is for. */
export type MachineParts = {
  arch: Arch;
  accelerator: Accelerator;
  x86Level: X86Level;
  memoryMiB: number;
  processors: number;
  /** Absent for BIOS. */
  uefi?: UefiFlash | undefined;
};

/** The machine a disk is tested in. */
export type MachineShape = Omit<MachineParts, 'processors'> & { diskFormat: string };

/** The descriptor QEMU finds the test port's socket at. */
export const TEST_PORT_FD = 3;
/** The descriptor QEMU finds the disk at. */
export const DISK_FD = 4;

/** In QEMU's option syntax a comma ends a value unless it is doubled. */
export const value = (text: string): string => text.replaceAll(',', ',,');

const pflash = (file: string, readOnly: boolean): string[] => [
  '-drive',
  `if=pflash,format=raw,unit=${readOnly ? 0 : 1},readonly=${readOnly ? 'on' : 'off'},file=${value(file)}`,
];

// A card on a network that reaches nothing: the image gets an address, as it would at home, and waits for none.
const NETWORK = ['-netdev', 'user,id=net,restrict=on', '-device', 'virtio-net-pci,netdev=net,romfile='];

export const CONSOLE = ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'];

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

/** A machine without disks, networks and consoles. */
export const machineParts = ({ arch, accelerator, uefi, ...parts }: MachineParts): string[] => {
  const model = MACHINE_MODELS[arch];
  const { kvm, tcg } = model.processor;
  return [
    ...[...CONFINED, '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-M', `${model.machine}${uefi?.isGuarded === true ? model.guard.machine : ''}`],
    ...['-accel', accelerator, '-cpu', accelerator === 'kvm' ? kvm : tcg(parts.x86Level)],
    ...['-smp', String(parts.processors), '-m', String(parts.memoryMiB), ...model.devices],
    ...flash(uefi, model),
    ...['-boot', 'strict=on'],
  ];
};

/** A machine that starts from the disk and writes only to a temporary overlay of it. */
export const testMachine = ({ diskFormat, ...shape }: MachineShape): string[] => [
  ...machineParts({ ...shape, processors: MACHINE_MODELS[shape.arch].processors[shape.accelerator] }),
  ...['-no-reboot', '-add-fd', `fd=${DISK_FD},set=1`, '-drive'],
  `id=disk,if=none,format=${diskFormat},cache=unsafe,snapshot=on,file=/dev/fdset/1`,
  ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
  ...[...NETWORK, ...CONSOLE, ...TEST_PORT],
];
