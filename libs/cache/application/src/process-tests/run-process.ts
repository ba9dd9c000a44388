import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../dist/process-tests/filling-process.js');

export type ProcessTask = {
  task: 'pull' | 'large' | 'fill';
  root: string;
  store: string;
  image?: string;
  /** Program and arguments to run it under, such as strace. */
  under?: readonly string[];
  env?: Readonly<Record<string, string>>;
};

/** What a process told, and whether it came to its end. */
export type Told = { lines: string[]; killed: boolean };

/** Runs the filling process to its end, or to its death. */
export const runProcess = async ({ under = [], env, ...given }: ProcessTask): Promise<Told> => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
  const task = [given.task, given.root, given.store, given.image ?? '1'];
  const [file = '', ...args] = [...under, process.execPath, '--no-warnings', PROGRAM, ...task];
  try {
    const { stdout } = await promisify(execFile)(file, args, { env: { ...process.env, ...env } });
    return { lines: linesOf(stdout), killed: false };
  } catch (error) {
    return killed(error);
  }
};

const linesOf = (stdout: string): string[] => stdout.split('\n').filter(Boolean);

/** A killed process is a result here, one that could not start or failed is not. */
const killed = (error: unknown): Told => {
  const { stdout, signal, code } = error as { stdout?: string; signal?: string; code?: unknown };
  if (stdout === undefined || (signal !== 'SIGKILL' && code !== 137)) throw error;
  return { lines: linesOf(stdout), killed: true };
};

/** `it` where strace works; else says loudly what is not tested, and skips it. */
export const itWithStrace = (what: string): typeof it => {
  const works = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;
  if (!works) process.stderr.write(`\nNOT TESTED: ${what}, because strace does not work here\n\n`);
  return works ? it : it.skip;
};
