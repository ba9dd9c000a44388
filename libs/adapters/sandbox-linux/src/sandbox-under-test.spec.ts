import { chmod, mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxRun } from '@gild/ports';
import { linuxSandbox } from './linux-sandbox.js';

/** Nobody here needs as long to end as programs may have. */
export const sandbox = linuxSandbox({ graceMs: 1_000 });
export let home: string;
export let tree: string;

export const usr = { source: '/usr', target: '/usr', readOnly: true };

/** A tree that borrows the host's programs, so that nothing has to be installed to run in it. */
export const makeTree = async (path: string) => {
  for (const folder of ['proc', 'dev', 'run', 'tmp', 'usr', 'etc'])
    await mkdir(join(path, folder), { recursive: true });
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${link}`, join(path, link));
  return path;
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-sandbox-'));
  await chmod(home, 0o755);
  tree = await makeTree(join(home, 'tree'));
});

afterEach(async () => {
  expect((await readdir(home)).filter((name) => name.includes('.work-'))).toStrictEqual([]);
  await sandbox.remove(home);
});

export const folder = async (name: string) => {
  await mkdir(join(home, name));
  await chmod(join(home, name), 0o755);
  return join(home, name);
};

export const capture = async (spec: Partial<SandboxRun> & Pick<SandboxRun, 'argv'>) => {
  let output = '';
  const { exitCode } = await sandbox.run({
    lower: [tree],
    root: 'image',
    binds: [usr],
    onOutput: (chunk) => void (output += Buffer.from(chunk).toString()),
    ...spec,
  });
  return { exitCode, output };
};

export const script = (content: string, ...args: string[]) => ({
  argv: ['/bin/sh', '-c', content, 'script', ...args],
});
