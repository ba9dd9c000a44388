import { spawn } from 'node:child_process';
import {
  boundToParent,
  hostProgramEnvironment,
  isNoSpace,
  isProgramMissing,
  saysNoSpace,
} from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/** One run of a program of the host. `log` receives what it prints to stderr, and to stdout unless `onStdout` is given. */
export type ToolRun = {
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  log: (chunk: Uint8Array) => void | Promise<void>;
  signal: AbortSignal;
};

/** Those that do not say it in the C library's words. */
const NO_SPACE = /ENOSPC|disk full/i;
const KEPT = 4096;

/** The fault for a program that failed, told apart by what it printed last. */
export const toolFault = (tool: string, exit: string, printed: string): Fault =>
  saysNoSpace(printed) || NO_SPACE.test(printed)
    ? new Fault('NO_SPACE', `${tool} found no space left on the disk; free some and build again.`, {
        retryable: true,
      })
    : new Fault(
        'TOOL_FAILED',
        `${tool} ended with ${exit} instead of 0: ${printed.trim() || 'it printed nothing'}`,
      );

/** The fault for an error of a file operation: NO_SPACE where that is what it says, the error itself otherwise. */
export const fileFault = (error: unknown): unknown =>
  error instanceof Error && isNoSpace(error)
    ? new Fault('NO_SPACE', `No space left on the disk: ${error.message}. Free some and build again.`, {
        cause: error,
        retryable: true,
      })
    : error;

const missing = (tool: string, cause?: Error): Fault =>
  new Fault('TOOL_FAILED', `The program ${tool} is needed and was not found; run "gild doctor".`, { cause });

const startFault = (error: NodeJS.ErrnoException): Fault =>
  error.code === 'ENOENT'
    ? missing('setpriv', error)
    : new Fault('TOOL_FAILED', `setpriv could not be started: ${error.message}`, { cause: error });

/** Runs it to its end; resolves on exit code 0. The signal kills it and rejects with the signal's reason. */
export const runTool = async (run: ToolRun): Promise<void> => {
  run.signal.throwIfAborted();
  const [tool = ''] = run.argv;
  const child = spawn(...boundToParent(run.argv), {
    env: { ...hostProgramEnvironment(), TZ: 'UTC', ...run.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  run.signal.addEventListener('abort', kill, { once: true });
  const ended = new Promise<{ code: number | null; exit: string }>((resolve, reject) => {
    child.once('error', (error) => reject(startFault(error)));
    child.once('close', (code, signal) =>
      resolve({ code, exit: code === null ? `signal ${signal}` : `exit code ${code}` }),
    );
  });
  let printed = '';
  const drain = async (stream: AsyncIterable<Buffer>) => {
    for await (const chunk of stream) {
      printed = (printed + chunk.toString()).slice(-KEPT);
      await run.log(chunk);
    }
  };
  child.stdin.on('error', () => undefined); // a program that exits early says why in its exit code
  child.stdin.end(run.stdin ?? '');
  try {
    const [{ code, exit }] = await Promise.all([ended, drain(child.stdout), drain(child.stderr)]);
    run.signal.throwIfAborted();
    if (isProgramMissing(code, printed)) throw missing(tool);
    if (code !== 0) throw toolFault(tool, exit, printed);
  } finally {
    run.signal.removeEventListener('abort', kill);
    kill();
  }
};
