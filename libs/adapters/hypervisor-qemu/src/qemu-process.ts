import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { Fault } from '@gild/ports';

/** A running virtual machine. */
export type QemuProcess = {
  console: Readable;
  /** The guest's port io.gild.test. */
  port: Duplex;
  /** How QEMU ended and what it said on stderr. */
  ended: Promise<{ exit: string; complaints: string }>;
  kill(): void;
};

export const QEMU = 'qemu-system-x86_64';
const KEPT = 4096;

/**
 * Starts QEMU. It dies with this process in any case: the kernel sends it SIGKILL when the process that started it is gone.
 */
export const startQemu = (args: readonly string[], workDir: string): QemuProcess => {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', QEMU, ...args], {
    cwd: workDir,
    env: {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      LC_ALL: 'C.UTF-8',
      HOME: workDir,
      TMPDIR: workDir,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
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
