export type Accelerator = 'kvm' | 'tcg';

/** The machine a disk is tested in. */
export type MachineShape = {
  accelerator: Accelerator;
  memoryMiB: number;
  diskFormat: string;
  /** Absent for BIOS. */
  uefi?: { code: string; variables: string };
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

// Emulated, one processor of the simplest kind distributions still run on (x86-64-v2): a second one, or what `max` adds, costs
// a quarter of the time each. Firmwares are tested side by side, so the host's other processors are not idle.
const PROCESSOR: Record<Accelerator, readonly string[]> = {
  kvm: ['-accel', 'kvm', '-cpu', 'max', '-smp', '2'],
  tcg: ['-accel', 'tcg', '-cpu', 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand', '-smp', '1'],
};

// The guest is not trusted: a QEMU it took over may start nothing and become nobody else.
const CONFINED = ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'];

/** A machine that starts from the disk and writes only to a temporary overlay of it. */
export const testMachine = (shape: MachineShape): string[] => [
  ...CONFINED,
  ...[
    '-nodefaults',
    '-no-user-config',
    '-M',
    'q35,graphics=off,dump-guest-core=off',
    '-display',
    'none',
    '-no-reboot',
  ],
  ...[...PROCESSOR[shape.accelerator], '-m', String(shape.memoryMiB)],
  ...(shape.uefi ? [...pflash(shape.uefi.code, true), ...pflash(shape.uefi.variables, false)] : []),
  ...['-add-fd', `fd=${DISK_FD},set=1`, '-drive'],
  `id=disk,if=none,format=${shape.diskFormat},cache=unsafe,snapshot=on,file=/dev/fdset/1`,
  ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0', '-boot', 'strict=on'],
  ...[...NETWORK, ...CONSOLE, ...TEST_PORT],
];
