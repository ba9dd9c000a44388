import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { boundToParent, hostProgramEnvironment } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import type { MachineRoom } from './machine-room.js';

/** A running virtual machine. */
export type QemuProcess = {
  console: Readable;
  /** The guest's port io.gild.test. */
  port: Duplex;
  /** How QEMU ended and what it said on stderr. */
  ended: Promise<{ exit: string; complaints: string }>;
  kill(): void;
};

const KEPT = 4096;

/**
 * Starts QEMU. It dies with this process in any case: the kernel sends it SIGKILL when the process that started it is gone.
 */
export const startQemu = (argv: readonly string[], room: MachineRoom): QemuProcess => {
  // Its own folder as `.`: it may be unable to pass the folders above.
  const child = spawn(...boundToParent(argv, room.identity), {
    cwd: room.folder,
    env: { ...hostProgramEnvironment(), HOME: '.', TMPDIR: '.' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', room.disk.fd],
    detached: true,
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-KEPT)));
  const port = child.stdio[3] as Duplex;
  port.on('error', () => undefined); // the machine is gone; how it ended says more
  const ended = new Promise<{ exit: string; complaints: string }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new Fault('TOOL_MISSING', `setpriv (util-linux) could not be started: ${cause.message}`, { cause }),
      ),
    );
    child.once('exit', (code, signal) =>
      resolve({
        exit: code === null ? `signal ${signal}` : `exit code ${code}`,
        complaints: complaints.trim(),
      }),
    );
  });
  ended.catch(() => undefined);
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL'); // not yet the leader of its own group
    }
  };
  return { console: child.stdout as Readable, port, ended, kill };
};
