import { spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, faultCode, type ProgramArch, type Sandbox } from '@gild/ports';
import { countingProgram } from './counting-program.js';
import { probeArch } from './probe-arch.js';
import { asNobody, canGrant, SANDBOX_PROGRAM } from './as-nobody.spec.js';
import { capture, folder, home, sandbox, script, tree, usr } from './sandbox-under-test.spec.js';

const foreign: ProgramArch = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
const own: ProgramArch = foreign === 'aarch64' ? 'x86_64' : 'aarch64';
const program = () => join(tree, 'program');
const searchPath = process.env['PATH'] ?? '';

beforeEach(async () => {
  await writeFile(program(), countingProgram(foreign), { mode: 0o755 });
});
afterEach(() => {
  process.env['PATH'] = searchPath;
});

const hostTables = async () =>
  (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes('binfmt_misc'));
const hostRunsIt = () => spawnSync(program(), ['a']).status === 2;

describe('a program of another architecture', () => {
  it('runs with its name and its arguments', async () => {
    expect((await capture({ argv: ['/program', 'a', 'b'], arch: foreign })).exitCode).toBe(3);
  });
  it('is found by its name, and run by what the tree itself starts, with no emulator in the tree', async () => {
    expect((await capture({ argv: ['program'], arch: foreign, env: { PATH: '/usr/bin:/' } })).exitCode).toBe(
      1,
    );
    const { output } = await capture({ ...script('/program a; echo $?; ls /'), arch: foreign });
    expect(output).toBe('2\nbin\ndev\netc\nlib\nlib64\nproc\nprogram\nrun\nsbin\ntmp\nusr\n');
  });
  it('is as foreign as ever to the host and to every other run, during and after', async () => {
    const before = await hostTables();
    let seen: unknown;
    await sandbox.run({
      ...script('/program a b || echo $?'),
      ...{ lower: [tree], root: 'image', binds: [usr], arch: foreign },
      onOutput: async (chunk) => {
        const other = (await capture({ argv: ['/program'] })).exitCode;
        seen = [Buffer.from(chunk).toString(), hostRunsIt(), await hostTables(), other];
      },
    });
    expect(seen).toStrictEqual(['3\n', false, before, 127]);
    expect([hostRunsIt(), await hostTables()]).toStrictEqual([false, before]);
  });
  it('is emulated out of reach of the tree: no table to see, to mount or to get at through another process', async () => {
    const { output } = await capture({
      ...script(
        'grep -c binfmt /proc/mounts; ls -A /proc/sys/fs/binfmt_misc; ls /proc | grep -c "^[0-9]"; ls -l /proc/1/fd 2>/dev/null | grep formats;' +
          'mkdir /tmp/t; mount -t binfmt_misc none /tmp/t 2>/dev/null && echo mounted; echo 0 >/proc/sys/fs/binfmt_misc/status;' +
          'unshare -Urm sh -c "mount -t binfmt_misc none /tmp/t && echo -1 >/tmp/t/status; ls /tmp/t"; /program; echo $?',
      ),
      arch: foreign,
    });
    // Of a table of its own, in a namespace of its own, a program may do what it likes.
    expect(output.replace(/^.*cannot create.*\n/m, '').split('\n')).toStrictEqual([
      '0',
      expect.stringMatching(/^[2-5]$/),
      'register',
      'status',
      '1',
      '',
    ]);
  });
  it('needs no emulator where it is not foreign', async () => {
    process.env['PATH'] = '/nowhere';
    await writeFile(program(), countingProgram(own));
    expect((await capture({ argv: ['/program'], arch: own })).exitCode).toBe(1);
  });
  it('never is a tool of the host', async () => {
    process.env['PATH'] = '/nowhere';
    const { output } = await capture({ ...script('echo native'), root: 'host', arch: foreign, binds: [] });
    expect(output).toBe('native\n');
  });
});

describe('without an emulator', () => {
  beforeEach(() => {
    process.env['PATH'] = '/nowhere';
  });

  it('a run ends with what to install, before anything of it ran', async () => {
    const upper = await folder('upper');
    const error = await capture({ argv: ['/program'], arch: foreign, upper }).catch(
      (fault: unknown) => fault,
    );
    expect(error).toMatchObject({
      code: 'EMULATOR_MISSING',
      message: `Programs for ${foreign} need an emulator on this host: install qemu-user-static.`,
    });
  });
  it('a script says the same whose interpreter is foreign, called by its path or by its name', async () => {
    await writeFile(join(tree, 'foreign-script'), '#!/program\n', { mode: 0o755 });
    for (const argv of [['/foreign-script'], ['foreign-script']])
      expect(await capture({ argv, arch: foreign, env: { PATH: '/usr/bin:/' } }).catch(faultCode)).toBe(
        'EMULATOR_MISSING',
      );
  });
  it('a script of no interpreter is run as ever', async () => {
    await writeFile(join(tree, 'script'), 'echo plain\n', { mode: 0o755 });
    expect((await capture({ argv: ['/script'], arch: foreign })).output).toBe('plain\n');
  });
  it('a program that is not there is still missing', async () => {
    expect(await capture({ argv: ['/nothing'], arch: foreign }).catch(faultCode)).toBe('PROGRAM_MISSING');
  });
  it('a probe says no, with the same words', async () => {
    expect(await probeArch(own, sandbox, home)).toBe('native');
    expect(await probeArch(foreign, sandbox, home)).toMatchObject({
      message: expect.stringMatching(/install qemu-user-static\.$/),
    });
  });
});

it('a probe finds what works, and not what only has the name', async () => {
  expect(await probeArch(foreign, sandbox, home)).toBe('emulated');
  const fake = join(await folder('bin'), `qemu-${foreign}-static`);
  await writeFile(fake, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  process.env['PATH'] = join(home, 'bin');
  expect(await probeArch(foreign, sandbox, home)).toMatchObject({
    code: 'EMULATOR_MISSING',
    message: expect.stringContaining('does not work on this host'),
  });
});

(canGrant ? it : it.skip)('emulates for a user without rights too', async () => {
  await chmod(home, 0o755);
  const spec = { argv: ['/program', 'a', 'b', 'c'], lower: [tree], root: 'image', arch: foreign };
  const [run, args] = asNobody(process.execPath, SANDBOX_PROGRAM, JSON.stringify(spec));
  expect(spawnSync(run, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status).toBe(4);
});

describe('a probe that takes too long', () => {
  const late = (times: number) => {
    const tries: unknown[] = [];
    const run: Sandbox['run'] = (spec) =>
      sandbox.run(tries.push(spec.argv) > times ? spec : { ...spec, signal: AbortSignal.timeout(0) });
    return { tries, slow: { ...sandbox, run } };
  };

  it('is made once more: the host may have been busy', async () => {
    const { tries, slow } = late(1);
    expect([await probeArch(foreign, slow, home), tries.length]).toStrictEqual(['emulated', 2]);
  });
  it('is made no third time', async () => {
    const { tries, slow } = late(2);
    expect(await probeArch(foreign, slow, home)).toMatchObject({
      code: 'EMULATOR_MISSING',
      message: expect.stringMatching(/was tried, and it did not end within 60 s\.$/),
    });
    expect(tries).toHaveLength(2);
  });
});

it('a probe that fails says the same of every try', async () => {
  const failing: Sandbox = {
    ...sandbox,
    run: ({ lower }) => Promise.reject(new Error(`cannot mount ${lower.join(':')} on /`)),
  };
  const [first, again] = [await probeArch(foreign, failing, home), await probeArch(foreign, failing, home)];
  expect(first).toMatchObject({ code: 'EMULATOR_MISSING', message: expect.stringContaining('cannot mount') });
  expect(again).toHaveProperty('message', (first as Fault).message);
});
