import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, faultCode, type ProgramArch, type Sandbox, type SandboxRun } from '@gild/ports';
import { countingProgram } from './counting-program.js';
import { foreignArch } from './foreign-arch.js';

const PROGRAM = '/program';
const ARGV = [PROGRAM, 'first', 'second'];
/** The second time is for a host that is busy: it is found out once, and holds as long as the agent runs. */
const LIMITS_MS = [10_000, 60_000];

/**
 * Whether programs of the architecture run here: `native`, `emulated`, or the fault that says why not. What is foreign is
 * tried with a program of a few bytes: an emulator that is there may still not work in a sandbox.
 */
export const probeArch = async (
  arch: ProgramArch,
  sandbox: Sandbox,
  folder = tmpdir(),
): Promise<'native' | 'emulated' | Fault> => {
  if (foreignArch({ arch, root: 'image' }) === undefined) return 'native';
  const name = join(folder, 'gild-probe');
  const tree = await mkdtemp(`${name}-`);
  try {
    await fill(tree, arch);
    return await tried({ argv: ARGV, lower: [tree], root: 'image', arch }, arch, sandbox);
  } catch (error) {
    return faultCode(error) === 'EMULATOR_MISSING'
      ? (error as Fault)
      : broken(arch, messageOf(error).replaceAll(tree, name), error);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
};

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';

const tried = async (run: SandboxRun, arch: ProgramArch, sandbox: Sandbox): Promise<'emulated' | Fault> => {
  for (const limitMs of LIMITS_MS) {
    try {
      const { exitCode } = await sandbox.run({ ...run, signal: AbortSignal.timeout(limitMs) });
      return exitCode === ARGV.length ? 'emulated' : broken(arch, `it ended with ${exitCode}`);
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
  }
  return broken(arch, `it did not end within ${Math.max(...LIMITS_MS) / 1000} s`);
};

/** The smallest tree that a program runs in. */
const fill = async (tree: string, arch: ProgramArch): Promise<void> => {
  await chmod(tree, 0o755);
  for (const name of ['proc', 'dev', 'run', 'tmp']) await mkdir(join(tree, name), 0o755);
  await writeFile(join(tree, PROGRAM), countingProgram(arch), { mode: 0o755 });
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Says the same of every try: `found` names nothing that only one of them has. */
const broken = (arch: ProgramArch, found: string, cause?: unknown): Fault =>
  new Fault(
    'EMULATOR_MISSING',
    `The emulator for ${arch} does not work on this host: a program that ends with ${ARGV.length} was tried, and ${found}.`,
    { cause },
  );
