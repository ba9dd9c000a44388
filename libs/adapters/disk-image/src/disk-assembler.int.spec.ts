import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiskSpec, Sandbox } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { diskAssembler } from './disk-assembler.js';
import { readAt, withFile } from './file-bytes.js';
import { LAYOUT } from './disk-layout.js';

// Each makes several disks, on a host that may be busy.
const PATIENCE_MS = 120_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const sandbox = linuxSandbox();
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-disk-'));
  await chmod(home, 0o755); // the sandbox's root reaches the trees by their modes
  await tree('tree', TREE);
}, PATIENCE_MS);

afterAll(() => sandbox.remove(home), PATIENCE_MS);

const TREE = `
mkdir -p boot etc/default usr/bin srv/many
printf kernel >boot/vmlinuz-1.2.3
printf initrd >boot/initrd.img-1.2.3
printf '# UNCONFIGURED FSTAB FOR BASE SYSTEM\\ntmpfs /scratch tmpfs\\n' >etc/fstab
printf 'GRUB_TIMEOUT=0\\nGRUB_CMDLINE_LINUX="console=ttyS0"\\nGRUB_CMDLINE_LINUX_DEFAULT=$(touch /run/evil)\\n' >etc/default/grub
printf x >usr/bin/ping; setcap cap_net_raw+ep usr/bin/ping; chown 33:44 srv
for n in 1 2 3 4 5 6 7 8 9; do head -c 70000 /dev/urandom >srv/many/$n; ln srv/many/$n srv/many/same-$n; done
ln -s /a/link/so/long/that/it/does/not/fit/into/its/inode/at/all/and/so/takes/a/block srv/link
find . -exec touch -h -d @1700000000 {} +
`;

/** Trees are made inside, so that their owners are the namespace's. */
const tree = async (name: string, script: string) => {
  await mkdir(join(home, name));
  const { exitCode } = await sandbox.run({
    argv: ['/bin/sh', '-euc', `cd "$GILD_ROOT"\n${script}`],
    lower: [],
    upper: join(home, name),
    root: 'host',
  });
  expect(exitCode).toBe(0);
};

const assemble = async (
  name: string,
  change: Partial<DiskSpec> = {},
  { signal = new AbortController().signal, using = sandbox }: { signal?: AbortSignal; using?: Sandbox } = {},
) => {
  const workDir = join(home, `work-${name}`);
  await mkdir(workDir, { recursive: true });
  const spec: DiskSpec = {
    lower: [join(home, 'tree')],
    arch: 'x86_64',
    virtualSizeBytes: GIB / 2,
    format: 'qcow2',
    compression: true,
    seed: '5e'.repeat(32),
    outputPath: join(home, name),
    ...change,
  };
  const context = { workDir, cacheDir: workDir, log: () => undefined, signal, idleLimitMs: 60_000 };
  try {
    return await diskAssembler({ sandbox: using }).assemble(spec, context);
  } finally {
    expect(await readdir(workDir)).toStrictEqual([]);
  }
};

const run = (...argv: string[]) => {
  const [program = '', ...args] = argv;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  return { status, text: stdout + stderr };
};

const inRoot = (disk: string, command: string) =>
  run('debugfs', '-R', command, `${disk}?offset=${LAYOUT.root.offset}`).text;

describe('a raw disk', () => {
  let disk: string;
  beforeAll(async () => {
    disk = (await assemble('plain.raw', { format: 'raw', compression: false })).path;
  }, PATIENCE_MS);

  it('has a valid partition table up to its last sector', () => {
    expect(run('sfdisk', '--verify', disk)).toMatchObject({
      status: 0,
      text: expect.stringContaining('No errors'),
    });
    expect(JSON.parse(run('sfdisk', '--json', disk).text).partitiontable.partitions).toMatchObject([
      { start: 2048, size: 2048, name: 'bios' },
      { start: 4096, size: 131_072, name: 'esp' },
      { start: 135_168, size: 911_360, name: 'root' },
    ]);
  });
  it('has a root file system without faults', () => {
    expect(run('e2fsck', '-fn', `${disk}?offset=${LAYOUT.root.offset}`).status).toBe(0);
  });
  it('keeps owners, capabilities and hard links as the image sees them', () => {
    expect(inRoot(disk, 'stat /srv')).toMatch(/User: +33 +Group: +44/);
    expect(inRoot(disk, 'ea_get -x /usr/bin/ping security.capability')).toContain('01 00 00 02');
    expect(inRoot(disk, 'stat /srv/many/1')).toContain('Links: 2');
  });
  it('carries no time but those of the files', () => {
    const times = inRoot(disk, 'stat /usr/bin/ping').match(/(?<=time: )0x[0-9a-f]{8}:[0-9a-f]{8}/g);
    expect(times).toStrictEqual(Array(4).fill('0x6553f100:00000000'));
  });
  it('says in fstab and grub.cfg what its root is, and keeps what the image said', () => {
    const uuid = /Filesystem UUID: +(\S+)/.exec(inRoot(disk, 'stats -h'))?.[1];
    expect(inRoot(disk, 'cat /etc/fstab')).toContain(
      `UUID=${uuid} / ext4 errors=remount-ro,x-systemd.growfs 0 1\ntmpfs /scratch tmpfs\n`,
    );
    const grub = inRoot(disk, 'cat /boot/grub/grub.cfg');
    expect(grub).toContain('set timeout=0\n');
    expect(grub).toContain(`linux /boot/vmlinuz-1.2.3 root=UUID=${uuid} ro console=ttyS0`);
    expect(grub).toContain('initrd /boot/initrd.img-1.2.3\n');
  });
  it('has a boot loader for BIOS and one for UEFI', async () => {
    const start = await withFile(disk, 'r', (file) => readAt(file, 2 * MIB, 0));
    expect(start.readBigUInt64LE(0x5c)).toBe(2048n);
    expect(start.readBigUInt64LE(2048 * 512 + 500)).toBe(2049n);
    expect(run('mdir', '-b', '-i', `${disk}@@${LAYOUT.esp.offset}`, '::/EFI/BOOT').text).toContain(
      'BOOTX64.EFI',
    );
  });
  it('takes no more room than its content', async () => {
    expect((await stat(disk)).size).toBe(GIB / 2);
    expect((await stat(disk)).blocks * 512).toBeLessThan(48 * MIB);
  });
});

describe('qcow2', () => {
  it(
    'holds exactly the raw disk, compressed or not',
    async () => {
      await assemble('reference.raw', { format: 'raw', compression: false });
      for (const compression of [true, false]) {
        const { path } = await assemble(`${compression}.qcow2`, { compression });
        expect(run('qemu-img', 'check', path)).toMatchObject({
          status: 0,
          text: expect.stringContaining('No errors'),
        });
        expect(
          run('qemu-img', 'compare', '-f', 'qcow2', '-F', 'raw', path, join(home, 'reference.raw')).status,
        ).toBe(0);
      }
    },
    PATIENCE_MS,
  );
  it(
    'is the same file for the same input, and another for another seed',
    async () => {
      const [first, again, other] = [
        await assemble('a.qcow2'),
        await assemble('b.qcow2'),
        await assemble('c.qcow2', { seed: '6f'.repeat(32) }),
      ];
      expect(again).toStrictEqual({ ...first, path: again.path });
      expect(await readFile(again.path)).toStrictEqual(await readFile(first.path));
      expect(other.rootfsSha256).not.toBe(first.rootfsSha256);
    },
    PATIENCE_MS,
  );
  it(
    'has the same root file system on a larger disk',
    async () => {
      const small = await assemble('small.qcow2');
      const large = await assemble('large.qcow2', { virtualSizeBytes: 50 * GIB });
      expect(large.rootfsSha256).toBe(small.rootfsSha256);
      expect(large).toMatchObject({ virtualSizeBytes: 50 * GIB });
      expect(JSON.parse(run('qemu-img', 'info', '--output=json', large.path).text)['virtual-size']).toBe(
        50 * GIB,
      );
      expect(run('qemu-img', 'check', large.path).status).toBe(0);
    },
    PATIENCE_MS,
  );
});

it(
  'writes raw disks as one zstd stream, and vmdk for VMware',
  async () => {
    await assemble('other.raw', { format: 'raw', compression: false });
    const zst = await assemble('other.raw.zst', { format: 'raw' });
    expect(
      run('sh', '-c', 'zstd -dc "$1" | cmp - "$2"', 'sh', zst.path, join(home, 'other.raw')).status,
    ).toBe(0);
    const first = await assemble('one.vmdk', { format: 'vmdk' });
    const second = await assemble('two.vmdk', { format: 'vmdk' });
    expect(run('cmp', first.path, second.path).status).toBe(0);
    expect(
      run('qemu-img', 'compare', '-f', 'vmdk', '-F', 'raw', first.path, join(home, 'other.raw')).status,
    ).toBe(0);
  },
  PATIENCE_MS,
);

describe('a tree that needs more room than was reckoned', () => {
  const reckoningWrong: Sandbox = {
    ...sandbox,
    run: async (run) => {
      const ended = await sandbox.run(run);
      const made = run.binds?.find(({ target }) => target === '/run/gild/made');
      if (made !== undefined) await writeFile(join(made.source, 'files'), 'f 1 1 4096 1700000000\n');
      return ended;
    },
  };
  const large = () => ({ lower: [join(home, 'large')], format: 'raw', compression: false }) as const;
  beforeAll(
    () =>
      tree('large', 'mkdir boot etc; printf k >boot/vmlinuz-1; head -c 200M /dev/zero | tr "\\0" x >large'),
    PATIENCE_MS,
  );

  it(
    'gets a larger file system',
    async () => {
      const { path } = await assemble('large.raw', large(), { using: reckoningWrong });
      expect(run('e2fsck', '-fn', `${path}?offset=${LAYOUT.root.offset}`).status).toBe(0);
      expect(inRoot(path, 'stat /large')).toContain(`Size: ${200 * MIB}`);
    },
    PATIENCE_MS,
  );
  it(
    'is refused where the disk has no more, and nothing of what was written stays',
    async () => {
      const small = { ...large(), virtualSizeBytes: 400 * MIB };
      await expect(assemble('full.raw', small, { using: reckoningWrong })).rejects.toMatchObject({
        code: 'DISK_TOO_SMALL',
        message:
          'A disk with all that is installed needs about 0.5 GiB, and `disk_size_gb` gives it 0.3 GiB. Set `disk_size_gb: 1` or more, or install less.',
      });
      expect((await readdir(home)).filter((name) => name.startsWith('full'))).toStrictEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('what it refuses', () => {
  it('a tree without a kernel', async () => {
    await tree('no-kernel', 'mkdir etc');
    await expect(assemble('x', { lower: [join(home, 'no-kernel')] })).rejects.toMatchObject({
      code: 'NO_KERNEL',
    });
  });
  it('a disk too small for the tree, saying how much it needs', async () => {
    await expect(assemble('x', { virtualSizeBytes: 200 * MIB })).rejects.toMatchObject({
      code: 'DISK_TOO_SMALL',
      message:
        'A disk with all that is installed needs about 0.4 GiB, and `disk_size_gb` gives it 0.1 GiB. Set `disk_size_gb: 1` or more, or install less.',
    });
  });
  it('a disk a little too small, in the words of the definition, with the size that would do', async () => {
    // Of 104 GiB that take no room here.
    await tree(
      'huge',
      'mkdir boot etc; printf k >boot/vmlinuz-1; for n in 1 2 3 4 5 6 7 8; do truncate -s 13G $n; done',
    );
    const lower = [join(home, 'huge')];
    await expect(assemble('x', { lower, virtualSizeBytes: 100 * GIB })).rejects.toMatchObject({
      code: 'DISK_TOO_SMALL',
      message:
        'A disk with all that is installed needs about 109.6 GiB, and `disk_size_gb` gives it 100 GiB. Set `disk_size_gb: 110` or more, or install less.',
    });
  });
  it('a tree that would have the host written to through a link', async () => {
    await tree('link', 'mkdir boot; printf k >boot/vmlinuz-1; ln -s /run/gild/made etc');
    await expect(assemble('x', { lower: [join(home, 'link')] })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining('/etc is a symbolic link'),
    });
  });
});

it(
  'stops when it is told to and leaves nothing behind, wherever it is',
  async () => {
    const before = await readdir(home);
    for (const afterMs of [0, 150, 400, 800, 1200]) {
      const reason = new Error(`stopped after ${afterMs}`);
      const stop = new AbortController();
      const assembling = assemble('cancelled.qcow2', {}, { signal: stop.signal });
      setTimeout(() => stop.abort(reason), afterMs);
      await assembling.then(
        () => expect(afterMs).toBeGreaterThan(400),
        (error: unknown) => expect(error).toBe(reason),
      );
      await sandbox.remove(join(home, 'cancelled.qcow2'));
    }
    expect((await readdir(home)).filter((name) => name !== 'work-cancelled.qcow2')).toStrictEqual(before);
  },
  PATIENCE_MS,
);
