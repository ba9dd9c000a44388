import { CONSOLE, machineParts, type MachineParts, value } from './qemu-arguments.js';

/** A machine of somebody, that keeps what it writes. */
export type VmShape = MachineParts & {
  vmId: string;
  uuid: string;
  /** Its own disk, a qcow2 file. */
  disk: string;
  /** A raw file that tells it who it is; it cannot write to it. */
  seed: string;
  /** Port of this host, reached from this host only, that leads to the guest's SSH. */
  sshPort?: number | undefined;
};

/** The descriptor QEMU finds the socket at over which it is told to end the machine. */
export const CONTROL_FD = 3;

const CONTROL = ['-chardev', `socket,id=control,fd=${CONTROL_FD}`, '-mon', 'chardev=control,mode=control'];

/** Of those that QEMU gives, and different for each machine: its other ends meet only where it is bridged. */
const macOf = (uuid: string): string =>
  ['52', '54', '00', ...(uuid.match(/../g) ?? []).slice(0, 3)].join(':');

const disks = ({ disk, seed }: VmShape): string[] => [
  ...['-drive', `id=disk,if=none,format=qcow2,discard=unmap,file=${value(disk)}`],
  ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
  ...['-drive', `id=seed,if=none,format=raw,readonly=on,file=${value(seed)}`],
  ...['-device', 'virtio-blk-pci,drive=seed'],
];

// It reaches what this host reaches; nobody reaches it but through the port.
const network = ({ uuid, sshPort }: VmShape): string[] => [
  '-netdev',
  `user,id=net${sshPort === undefined ? '' : `,hostfwd=tcp:127.0.0.1:${sshPort}-:22`}`,
  ...['-device', `virtio-net-pci,netdev=net,mac=${macOf(uuid)},romfile=`],
];

const machine = (shape: VmShape): string[] => [
  ...['-name', value(shape.vmId), '-uuid', shape.uuid],
  ...[...machineParts(shape), ...disks(shape), ...network(shape)],
];

/** Started by a person in a terminal, where Ctrl-A X switches it off. */
export const vmInTerminal = (shape: VmShape): string[] => [...machine(shape), '-serial', 'mon:stdio'];

/** Started by a program that has its console and its control. */
export const vmUnderControl = (shape: VmShape): string[] => [...machine(shape), ...CONSOLE, ...CONTROL];
