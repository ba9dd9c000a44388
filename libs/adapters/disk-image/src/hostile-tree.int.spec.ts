import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox, SandboxRun } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { diskAssembler } from './disk-assembler.js';
import { LAYOUT } from './disk-layout.js';

const PATIENCE_MS = 120_000;
const sandbox = linuxSandbox();
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-hostile-'));
  await chmod(home, 0o755);
  // A place of the host that the sandbox may write to, as /tmp is, and a file that it may read.
  await mkdir(join(home, 'host'));
  await chmod(join(home, 'host'), 0o777);
  await writeFile(join(home, 'host/secret'), 'the secret of the host');
});

afterEach(() => sandbox.remove(home));

/** A tree with a kernel and what the script adds. */
const tree = async (script: string) => {
  const path = join(home, 'tree');
  await mkdir(path);
  const { exitCode } = await sandbox.run({
    argv: ['/bin/sh', '-euc', `cd "$GILD_ROOT"; mkdir -p boot/grub etc; printf k >boot/vmlinuz-1\n${script}`],
    lower: [],
    upper: path,
    root: 'host',
    env: { HOST: join(home, 'host') },
  });
  expect(exitCode).toBe(0);
};

const assemble = async (using: Sandbox = sandbox) => {
  const workDir = join(home, 'work');
  await mkdir(workDir);
  await chmod(workDir, 0o755);
  const { signal } = new AbortController();
  return diskAssembler({ sandbox: using }).assemble(
    {
      lower: [join(home, 'tree')],
      arch: 'x86_64',
      virtualSizeBytes: 2 ** 29,
      format: 'raw',
      compression: false,
      seed: '5e'.repeat(32),
      outputPath: join(home, 'disk.raw'),
    },
    { workDir, cacheDir: workDir, log: () => undefined, signal, idleLimitMs: 60_000 },
  );
};

const refused = (sentence: string) => ({ code: 'TOOL_FAILED', message: expect.stringContaining(sentence) });

const inRoot = (command: string) =>
  spawnSync('debugfs', ['-R', command, `${join(home, 'disk.raw')}?offset=${LAYOUT.root.offset}`], {
    encoding: 'utf8',
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  }).stdout;

it(
  'reads a settings file whatever its name is, and runs nothing of it',
  async () => {
    await tree(`mkdir -p etc/default/grub.d; cd etc/default; printf 'GRUB_TIMEOUT=7\\n' >grub
      printf 'GRUB_TIMEOUT=8\\n' >'grub.d/0 -e 1etouch\${IFS}ran b.cfg'
      printf 'GRUB_TIMEOUT=9\\n' >"$(printf 'grub.d/2\\nb.cfg')"`);
    await assemble();
    expect(inRoot('cat /boot/grub/grub.cfg')).toContain('set timeout=9\n');
    expect(inRoot('ls -p /')).not.toContain('/ran/');
  },
  PATIENCE_MS,
);

describe('a link of the tree that leads to the host', () => {
  it.each([
    ['where the modules go', 'ln -s "$HOST" boot/grub/i386-pc', '/boot/grub/i386-pc is a symbolic link'],
    [
      'among the modules',
      'mkdir -p usr/lib/grub; cp -R /usr/lib/grub/i386-pc usr/lib/grub; ln -sf "$HOST/secret" usr/lib/grub/i386-pc/boot.img',
      '/usr/lib/grub/i386-pc/boot.img is no ordinary file',
    ],
    [
      'instead of a settings file',
      'mkdir etc/default; ln -s "$HOST/secret" etc/default/grub',
      '/etc/default/grub',
    ],
    ['instead of fstab', 'ln -s "$HOST/secret" etc/fstab', '/etc/fstab is a symbolic link'],
  ])('is refused %s', async (_, script, sentence) => {
    await tree(script);
    await expect(assemble()).rejects.toMatchObject(refused(sentence));
    expect(await readdir(join(home, 'host'))).toStrictEqual(['secret']);
  });

  it(
    'is replaced where a module goes, not followed',
    async () => {
      await tree('mkdir boot/grub/i386-pc; ln -s "$HOST/made" boot/grub/i386-pc/normal.mod');
      await assemble();
      expect(await readdir(join(home, 'host'))).toStrictEqual(['secret']);
    },
    PATIENCE_MS,
  );
});

/** The sandbox, but something in it was taken over and leaves `spoil` behind in the folder it could write to. */
const takenOver = (spoil: (made: string) => Promise<void>): Sandbox => ({
  ...sandbox,
  run: async (run: SandboxRun) => {
    const ended = await sandbox.run(run);
    const made = run.binds?.find(({ target, readOnly }) => target === '/run/gild/made' && !readOnly);
    if (made !== undefined) await spoil(made.source);
    return ended;
  },
});

describe('what the sandbox leaves behind', () => {
  const victim = () => join(home, 'host/secret');

  it.each(['files', 'boot.img', 'i386-pc.img', 'x86_64-efi.img'])(
    'is not followed where %s is a link',
    async (name) => {
      await tree('');
      const hostile = takenOver(async (made) => {
        await rm(join(made, name));
        await symlink(victim(), join(made, name));
      });
      await expect(assemble(hostile)).rejects.toMatchObject(refused(name));
    },
    PATIENCE_MS,
  );
  it(
    'leads no write of the host anywhere',
    async () => {
      await tree('');
      const hostile = takenOver(async (made) => {
        for (const name of ['mke2fs.conf', 'esp.img', 'disk.raw'])
          await symlink(victim(), join(made, name)).catch(() => undefined);
      });
      await assemble(hostile);
      expect((await readFile(victim(), 'latin1')).slice(0, 100)).toBe('the secret of the host');
    },
    PATIENCE_MS,
  );
});

it(
  'takes nothing of any size into memory for a part of the boot loader',
  async () => {
    await tree(
      'mkdir -p usr/lib/grub; cp -R /usr/lib/grub/i386-pc usr/lib/grub; truncate -s 1M usr/lib/grub/i386-pc/boot.img; truncate -s +1 usr/lib/grub/i386-pc/boot.img',
    );
    await expect(assemble()).rejects.toMatchObject(
      refused('boot.img has 1048577 bytes; at most 1048576 are expected.'),
    );
  },
  PATIENCE_MS,
);

it(
  'gives the image modes that do not depend on the umask of whoever builds',
  async () => {
    await tree('');
    const before = process.umask(0o077);
    try {
      await assemble();
    } finally {
      process.umask(before);
    }
    expect(inRoot('stat /')).toMatch(/Mode: +0755/);
    expect(inRoot('stat /boot/grub/grub.cfg')).toMatch(/Mode: +0644/);
    expect((await stat(join(home, 'disk.raw'))).mode & 0o777).toBe(0o644);
  },
  PATIENCE_MS,
);
