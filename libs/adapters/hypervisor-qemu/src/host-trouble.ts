import { saysNoSpace } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

const HOST_MEMORY = /Cannot allocate memory|cannot set up guest memory/;
const DISK_REFUSED = /-drive id=disk\b/;
/** QEMU stops a machine whose writes find no room, and waits. */
const ENOUGH_SPACE = 64 * 1024 * 1024;

const noSpace = (folder: string): Fault =>
  new Fault('NO_SPACE', `No space left at ${folder} for what the test machine writes; free some.`, {
    retryable: true,
  });

type End = { exit: string; complaints: string };

/** The fault for a machine that ended by itself, when not its image but the host is to blame. */
export const machineFault = ({ exit, complaints }: End, hasSpoken: boolean): Fault | undefined => {
  const retryable = true;
  if (HOST_MEMORY.test(complaints))
    return new Fault('NO_MEMORY', `This host has no memory left for the test machine: ${complaints}`, {
      retryable,
    });
  if (exit === 'signal SIGKILL')
    return new Fault(
      'MACHINE_KILLED',
      'QEMU was killed during the boot test, as the kernel does when memory runs out.',
      { retryable },
    );
  if (hasSpoken || exit === 'exit code 0') return undefined;
  const sentence = `QEMU ended with ${exit} before the machine started: ${complaints || 'it gave no reason'}.`;
  return new Fault(DISK_REFUSED.test(complaints) ? 'DISK_UNREADABLE' : 'TOOL_FAILED', sentence);
};

/** The fault for a compressed disk that zstd could not unpack, told apart by what it printed. */
export const unpackFault = (diskPath: string, folder: string, complaints: string): Fault =>
  saysNoSpace(complaints)
    ? noSpace(folder)
    : new Fault(
        'DISK_UNREADABLE',
        `${diskPath} could not be unpacked: ${complaints || 'zstd gave no reason'}.`,
      );

/** The fault for a machine that stood still at its deadline, when that is for want of room on the host. */
export const lowSpaceFault = (folder: string, freeBytes: number): Fault | undefined =>
  freeBytes >= ENOUGH_SPACE ? undefined : noSpace(folder);
