import { spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { boundToParent, hostProgramEnvironment, isProgramMissing } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/** A machine that runs for as long as this process does. */
export type VmProcess = {
  /** What the machine writes to its first serial port, and reads from it. */
  console: { output: Readable; input: Writable };
  /** When it ended: by itself, or because it was told to. Fault: TOOL_MISSING, TOOL_FAILED. */
  ended: Promise<void>;
  /** Presses its power button: a system that runs shuts itself down. */
  pressPower(): void;
  /** Ends it as a loss of power does; what it wrote is on its disk. */
  cutPower(): void;
  /** Ends a QEMU that does not even do that. */
  kill(): void;
};

const KEPT = 4096;

/** QEMU's control protocol (https://www.qemu.org/docs/master/interop/qmp-spec.html): it takes commands once this one was given. */
const controlOf = (port: Duplex) => {
  port.on('error', () => undefined); // the machine is gone; how it ended says more
  port.resume();
  const say = (execute: string) => void port.write(`${JSON.stringify({ execute })}\n`);
  say('qmp_capabilities');
  return say;
};

/** Starts QEMU with what `vmUnderControl` gave. It is in no process group of a terminal, whose Ctrl-C does not reach it. */
export const startVm = (argv: readonly string[]): VmProcess => {
  const child = spawn(...boundToParent(argv, ['--no-new-privs']), {
    env: hostProgramEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-KEPT)));
  child.stdin.on('error', () => undefined);
  const say = controlOf(child.stdio[3] as Duplex);
  let isKilled = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new Fault('TOOL_MISSING', `setpriv (util-linux) could not be started: ${cause.message}`, { cause }),
      ),
    );
    child.once('close', (code, signal) => {
      if (code === 0 || isKilled) resolve();
      else reject(endFault({ program: argv[0] ?? '', code, signal, complaints: complaints.trim() }));
    });
  });
  ended.catch(() => undefined);
  return {
    console: { output: child.stdout, input: child.stdin },
    ended,
    pressPower: () => say('system_powerdown'),
    cutPower: () => say('quit'),
    kill: () => {
      isKilled = true;
      child.kill('SIGKILL');
    },
  };
};

type End = { program: string; code: number | null; signal: string | null; complaints: string };

const endFault = ({ program, code, signal, complaints }: End): Fault => {
  if (isProgramMissing(code, complaints))
    return new Fault(
      'TOOL_MISSING',
      `The program ${program} is needed and was not found; run \`gild doctor\`.`,
    );
  const exit = code === null ? `signal ${signal}` : `exit code ${code}`;
  return new Fault('TOOL_FAILED', `${program} ended with ${exit}: ${complaints || 'it gave no reason'}`);
};
