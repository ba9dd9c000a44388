import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { boundToParent, hostProgramEnvironment, isProgramMissing } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

export type HostToolRun = {
  argv: readonly string[];
  /** What of the command line needs it, for people. */
  neededBy: string;
  signal: AbortSignal;
  /** The fault for a run that did not end well, by what was printed to stderr and its exit code. */
  failed: (printed: string, code: number | null) => Fault;
};

const KEPT = 4096;

/** Runs a program of this host, and answers what it printed. Faults: TOOL_MISSING, and the caller's own. */
export const runHostTool = async ({ argv, neededBy, signal, failed }: HostToolRun): Promise<string> => {
  const [tool = ''] = argv;
  const child = spawn(...boundToParent(argv), {
    env: hostProgramEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-KEPT);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? missing('setpriv', neededBy) : error),
    );
    child.once('close', resolve);
  });
  const [code, out] = await Promise.all([ended, text(child.stdout)]);
  if (isProgramMissing(code, printed)) throw missing(tool, neededBy);
  if (code !== 0) throw failed(printed, code);
  return out;
};

const missing = (tool: string, neededBy: string): Fault =>
  new Fault(
    'TOOL_MISSING',
    `${neededBy} needs the program ${tool}, which was not found; run \`gild doctor\``,
  );
