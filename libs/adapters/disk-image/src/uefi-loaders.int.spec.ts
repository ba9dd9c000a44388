import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SignedLoaders, signedLoaders } from '@gild/contracts';
import type { DiskSpec } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { diskAssembler } from './disk-assembler.js';
import { LAYOUT } from './disk-layout.js';

// Each makes a disk, on a host that may be busy.
const PATIENCE_MS = 120_000;
const sandbox = linuxSandbox();
const DEBIAN = signedLoaders('debian', '12', 'x86_64');
let home: string;

const SHIM = 'usr/lib/shim/shimx64.efi.signed';
const GRUB = 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed';
const KERNEL = 'mkdir boot; printf kernel >boot/vmlinuz-1.2.3';
const SIGNED = `${KERNEL}; mkdir -p usr/lib/shim usr/lib/grub/x86_64-efi-signed; printf shim >${SHIM}; printf grub >${GRUB}`;
const DATED = 'find . -exec touch -h -d @1700000000 {} +';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-loaders-'));
  await chmod(home, 0o755); // the sandbox's root reaches the trees by their modes
});

afterAll(() => sandbox.remove(home), PATIENCE_MS);

/** A disk of a tree that the script makes. */
const diskOf = async (
  name: string,
  script: string,
  signed: SignedLoaders | 'none' | undefined = DEBIAN,
): Promise<string> => {
  const [tree, workDir] = [join(home, `${name}-tree`), join(home, `${name}-work`)];
  await mkdir(tree);
  await mkdir(workDir);
  const argv = ['/bin/sh', '-euc', `cd "$GILD_ROOT"\n${script}\n${DATED}`];
  expect((await sandbox.run({ argv, lower: [], upper: tree, root: 'host' })).exitCode).toBe(0);
  const spec: DiskSpec = {
    ...{ lower: [tree], arch: 'x86_64', virtualSizeBytes: 2 ** 29, format: 'raw', compression: false },
    ...{ seed: '5e'.repeat(32), outputPath: join(home, `${name}.raw`) },
    ...(signed === undefined || signed === 'none' ? {} : { signedLoaders: signed }),
  };
  const { signal } = new AbortController();
  const context = { workDir, cacheDir: workDir, log: () => undefined, signal, idleLimitMs: 60_000 };
  return (await diskAssembler({ sandbox }).assemble(spec, context)).path;
};

const esp = (disk: string, tool: 'mdir' | 'mtype', ...args: string[]): string =>
  spawnSync(tool, [...args.slice(0, -1), '-i', `${disk}@@${LAYOUT.esp.offset}`, args.at(-1) ?? ''], {
    encoding: 'utf8',
  }).stdout;

const files = (disk: string): string[] =>
  esp(disk, 'mdir', '-b', '-/', '::/')
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('/'))
    .sort();

it(
  'starts a tree with signed loaders over them, and tells the signed GRUB where the root is',
  async () => {
    const disk = await diskOf('signed', SIGNED);
    expect(files(disk)).toStrictEqual([
      '::/EFI/BOOT/BOOTX64.EFI',
      '::/EFI/BOOT/grubx64.efi',
      '::/EFI/debian/grub.cfg',
    ]);
    expect(esp(disk, 'mtype', '::/EFI/BOOT/BOOTX64.EFI')).toBe('shim');
    expect(esp(disk, 'mtype', '::/EFI/BOOT/grubx64.efi')).toBe('grub');
    const grub = esp(disk, 'mtype', '::/EFI/debian/grub.cfg');
    const [, uuid] = /^search --no-floppy --fs-uuid --set=root (\S+)\n/.exec(grub) ?? [];
    const superblock = spawnSync(
      'blkid',
      ['-p', '-O', String(LAYOUT.root.offset), '-o', 'value', '-s', 'UUID', disk],
      {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
      },
    );
    expect(uuid).toBe(superblock.stdout.trim());
    expect(grub).toContain('\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n');
  },
  PATIENCE_MS,
);

it(
  'brings the key manager of shim where the tree has one, and is the same disk for the same tree',
  async () => {
    const script = `${SIGNED}; printf mm >usr/lib/shim/mmx64.efi.signed`;
    const [first, again] = [await diskOf('first', script), await diskOf('again', script)];
    expect(files(first)).toContain('::/EFI/BOOT/mmx64.efi');
    expect((await readFile(first)).equals(await readFile(again))).toBe(true);
  },
  PATIENCE_MS,
);

it(
  'starts a release without signed loaders over a GRUB of its own making',
  async () => {
    const disk = await diskOf('unsigned', KERNEL, 'none');
    expect(files(disk)).toStrictEqual(['::/EFI/BOOT/BOOTX64.EFI']);
    expect(esp(disk, 'mtype', '::/EFI/BOOT/BOOTX64.EFI').slice(0, 2)).toBe('MZ');
  },
  PATIENCE_MS,
);

it.each([
  ['lacks its loader', KERNEL],
  ['has a link in its place', `${SIGNED}; ln -sf /bin/sh ${SHIM}`],
  ['has a link on the way to it', `${SIGNED}; mv usr/lib/shim usr/lib/own; ln -s own usr/lib/shim`],
])(
  'refuses a tree that %s, and reads nothing of the host for it',
  async (what, script) => {
    await expect(diskOf(what.replaceAll(' ', '-'), script)).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining(
        `ordinary file /usr/lib/shim/shimx64.efi.signed.latest or /${SHIM}, and does not`,
      ),
    });
  },
  PATIENCE_MS,
);

it(
  'refuses a loader that cannot be one',
  async () => {
    const script = `${SIGNED}; head -c 20M /dev/zero >${SHIM}`;
    await expect(diskOf('huge', script)).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining('has 20971520 bytes'),
    });
  },
  PATIENCE_MS,
);
