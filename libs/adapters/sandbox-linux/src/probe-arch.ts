import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, faultCode, type ProgramArch, type Sandbox } from '@gild/ports';
import { countingProgram } from './counting-program.js';
import { foreignArch } from './foreign-arch.js';

const PROGRAM = '/program';
const ARGV = [PROGRAM, 'first', 'second'];
const LONGEST_MS = 10_000;

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
    const signal = AbortSignal.timeout(LONGEST_MS);
    const { exitCode } = await sandbox.run({ argv: ARGV, lower: [tree], root: 'image', arch, signal });
    if (exitCode === ARGV.length) return 'emulated';
    return broken(arch, `it ended with ${exitCode}`);
  } catch (error) {
    return faultCode(error) === 'EMULATOR_MISSING'
      ? (error as Fault)
      : broken(arch, messageOf(error).replaceAll(tree, name), error);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
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
