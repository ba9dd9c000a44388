import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Fault } from '@gild/ports';
import { emulatorMissing } from './foreign-arch.js';

const PROGRAM = fileURLToPath(new URL('../assets/sandbox.pl', import.meta.url));

export type SandboxProcess = {
  stdin: Writable;
  output: Readable;
  /** Asks the program to end. */
  terminate(): void;
  /** Ends every process of the run. */
  kill(): void;
  /** How the run ended, once everything of it is gone. */
  ended: Promise<RunEnd>;
};

/** How a run ended by itself, or what it took too much of. */
export type RunEnd = { exitCode: number; excess?: { cap: 'processes' | 'memory'; found: number } };

const SIGNAL_BASE = 128;
const KILLED = SIGNAL_BASE + 9;

const ENDS: Readonly<Record<string, (detail: string) => RunEnd>> = {
  exit: (code) => ({ exitCode: Number(code) }),
  signal: (number) => ({ exitCode: SIGNAL_BASE + Number(number) }),
  exceeded: (excess) => {
    const [cap, found] = excess.split(' ');
    return {
      exitCode: KILLED,
      excess: { cap: cap === 'memory' ? cap : 'processes', found: Number(found) },
    };
  },
  missing: (what) => {
    throw new Fault('PROGRAM_MISSING', `Cannot run ${what}. Is it installed there?`);
  },
  foreign: (what) => {
    throw emulatorMissing(what);
  },
};

const endOf = (report: string, complaints: string): RunEnd => {
  const [line = ''] = report.trimEnd().split('\n');
  const [kind = ''] = line.split(' ', 1);
  const detail = line.slice(kind.length + 1);
  const end = ENDS[kind];
  if (end !== undefined) return end(detail);
  throw new Fault(
    'SANDBOX_UNAVAILABLE',
    `The sandbox could not be set up: ${detail || complaints || 'no reason given'}`,
  );
};

/** The supervisor was killed, and with it everything it started: as the kernel does when memory runs out. */
const killed = (signal: string): Fault =>
  new Fault('SANDBOX_KILLED', `The sandbox was ended by ${signal} from outside.`, { retryable: true });

const finish = async (child: ChildProcess, status: Readable, complaints: () => string): Promise<RunEnd> => {
  const closed = new Promise<void>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Fault('SANDBOX_UNAVAILABLE', `perl could not be started: ${cause.message}`, { cause })),
    );
    child.once('exit', () => resolve());
  });
  const [report] = await Promise.all([text(status), closed]);
  const hasNoReport = report === '';
  if (hasNoReport && child.signalCode !== null) throw killed(child.signalCode);
  return hasNoReport && child.exitCode === 0 ? { exitCode: KILLED } : endOf(report, complaints());
};

/**
 * Starts the sandbox program on encoded fields. Its death, asked for or not, ends everything it started. `folders`: what the run
 * writes to, for those who look at the processes of the host.
 */
export const startSandbox = (fields: Buffer, folders: readonly string[] = []): SandboxProcess => {
  const child = spawn('perl', [PROGRAM, ...folders], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const control = child.stdio[3] as Writable;
  const status = child.stdio[4] as Readable;
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + String(chunk)).slice(-2000)));
  // A run that ends early closes these; what matters then is the report, not the broken pipe.
  control.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  control.write(fields);
  return {
    stdin: child.stdin,
    output: child.stdout,
    terminate: () => control.write('T'),
    kill: () => control.destroy(),
    ended: finish(child, status, () => complaints),
  };
};
