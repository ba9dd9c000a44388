import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/appending-process.js');

export interface ProcessTask {
  readonly task: 'race' | 'append' | 'fill' | 'meet';
  readonly path: string;
  readonly writer?: number;
  readonly count?: number;
  /** Program and arguments to run it under, such as strace. */
  readonly under?: readonly string[];
}

/** Runs the appending process to its end, however it ends, and gives the words of each line it told. */
export const runProcess = async ({
  task,
  path,
  writer = 0,
  count = 0,
  under = [],
}: ProcessTask): Promise<string[][]> => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
  const [file = '', ...args] = [
    ...under,
    process.execPath,
    PROGRAM,
    task,
    path,
    String(writer),
    String(count),
  ];
  const { stdout } = await promisify(execFile)(file, args).catch((error: unknown) => ended(error));
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
};

/** A killed process is a result here, one that could not start or failed is not. */
const ended = (error: unknown): { stdout: string } => {
  const { stdout, signal, code } = error as { stdout?: string; signal?: string; code?: unknown };
  const killed = signal === 'SIGKILL' || code === 137;
  if (killed && stdout !== undefined) return { stdout };
  throw error;
};

/** Whether that command works here; when not, says loudly that what needs it goes untested. */
export const isPossible = (what: string, [file = '', ...args]: readonly string[]): boolean => {
  const works = spawnSync(file, args, { stdio: 'ignore' }).status === 0;
  if (!works)
    process.stderr.write(
      `\nNOT TESTED: ${what}, because "${[file, ...args].join(' ')}" does not work here\n\n`,
    );
  return works;
};
