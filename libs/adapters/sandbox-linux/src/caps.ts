import { Fault } from '@gild/ports';

/** What all programs of one run may take together; they are the build's own, so one that takes more fails for good. */
export type Caps = {
  /** Threads count as processes. A wall of the kernel's, and looked at five times a second. */
  processes: number;
  /** Memory that is not a file's, looked at five times a second. Memory file systems have sizes of their own. */
  memoryBytes: number;
  /** What the run writes into its tree and its /tmp. */
  diskBytes: number;
  /** Files and folders the run makes there. */
  files: number;
};

export type Cap = 'processes' | 'memory' | 'disk' | 'files';

const MIB = 1024 ** 2;

const inMib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;

const SETTINGS: Readonly<Record<Cap, string>> = {
  processes: 'limits.processes',
  memory: 'limits.memory_mib',
  disk: 'limits.disk_mib',
  files: 'limits.files',
};

const amounts = (caps: Caps): Readonly<Record<Cap, string>> => ({
  processes: `${caps.processes} processes at once`,
  memory: `${inMib(caps.memoryBytes)} of memory`,
  disk: `${inMib(caps.diskBytes)} of disk`,
  files: `${caps.files} files`,
});

/** A run took more than it may. `found`: processes, files, or bytes. */
export const exceeded = (cap: Cap, found: number, caps: Caps): Fault =>
  new Fault(
    `${cap.toUpperCase()}_EXCEEDED`,
    `The programs of the build took more than ${amounts(caps)[cap]} (found: ${cap === 'memory' || cap === 'disk' ? inMib(found) : found}) and were ended. ` +
      `If the build is sound and needs that much, raise ${SETTINGS[cap]} in the agent's agent.yaml.`,
  );
