import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Arch, Firmware } from '@gild/contracts';
import { systemClock } from '@gild/node-runtime';
import type { BootTestSpec } from '@gild/ports';
import { bootOnce } from './boot-once.js';
import { hostIdentity } from './host-tools.js';
import { bootDisk } from './process-tests/boot-disk.js';
import { processorDisk, toldFeatures } from './process-tests/processor-disk.js';
import { qemuHypervisor } from './qemu-hypervisor.js';

const PROGRAM = fileURLToPath(new URL('../dist/process-tests/holding-process.js', import.meta.url));
const PATIENCE_MS = 60_000;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-qemu, with a comma-'));
  await mkdir(join(home, 'work'));
  // What a host without a working KVM remembers; the tests below are about everything else.
  await writeFile(
    join(home, 'accelerator.json'),
    JSON.stringify({ host: await hostIdentity(), accelerator: 'tcg' }),
  );
});

afterEach(async () => {
  expect(machinesOf(home)).toStrictEqual([]);
  await rm(home, { recursive: true });
});

/** Process ids of the machines that work below the folder. */
const machinesOf = (folder: string): number[] =>
  spawnSync('pgrep', ['-f', '^(setpriv|qemu-system)'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((pid) => pid !== '' && cwdOf(pid).startsWith(folder))
    .map(Number);

const cwdOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // it has ended
  }
};

const disk = async (content: Buffer): Promise<string> => {
  const path = join(home, 'disk.raw');
  await writeFile(path, content);
  return path;
};

const specOf = (diskPath: string): BootTestSpec => ({
  ...{ diskPath, diskFormat: 'raw', arch: 'x86_64', firmware: 'bios', memoryMiB: 128, checks: [] },
  ...{
    deadlineMs: PATIENCE_MS,
    emulatedTimes: 1,
    workDir: join(home, 'work'),
    signal: new AbortController().signal,
  },
});

const boot = (change: Partial<BootTestSpec> & Pick<BootTestSpec, 'diskPath'>) =>
  qemuHypervisor({ clock: systemClock, stateDir: home }).bootTest({ ...specOf(change.diskPath), ...change });

describe('an image that cannot pass', () => {
  it.each<[Arch, Firmware, string]>([
    ['x86_64', 'bios', 'The BIOS found no boot loader on the disk.'],
    ['x86_64', 'uefi', 'The UEFI firmware found no boot loader on the disk.'],
    ['x86_64', 'uefi-secure', 'The UEFI firmware found no boot loader on the disk.'],
    ['aarch64', 'uefi', 'The UEFI firmware found no boot loader on the disk.'],
  ])(
    'has no boot loader, on %s with %s',
    async (arch, firmware, sentence) => {
      const result = await boot({ diskPath: await disk(Buffer.alloc(1024 * 1024)), arch, firmware });
      expect(result).toMatchObject({ firmware, accelerator: 'tcg', passed: false, checks: [] });
      expect(result.failure).toContain(sentence);
      expect(result).not.toHaveProperty('msToKernel');
    },
    PATIENCE_MS,
  );
  it(
    'has a boot loader that nobody has signed, where Secure Boot asks for a signature',
    async () => {
      const diskPath = await disk(Buffer.alloc(64 * 1024 * 1024));
      const loader = join(home, 'unsigned.efi');
      spawnSync('grub-mkimage', ['-O', 'x86_64-efi', '-p', '/', '-o', loader, 'fat', 'normal', 'echo']);
      spawnSync('mkfs.vfat', ['-F', '32', diskPath], { env: { PATH: '/usr/sbin:/sbin' } });
      spawnSync('mmd', ['-i', diskPath, '::/EFI', '::/EFI/BOOT']);
      spawnSync('mcopy', ['-i', diskPath, loader, '::/EFI/BOOT/BOOTX64.EFI']);
      const plain = await boot({ diskPath, firmware: 'uefi', deadlineMs: PATIENCE_MS });
      expect(plain.failure).toContain('GRUB found nothing it could start.');
      const secure = await boot({ diskPath, firmware: 'uefi-secure', deadlineMs: PATIENCE_MS });
      expect(secure.failure).toContain(
        'Secure Boot refused the boot loader on the disk: none of its keys has signed it.',
      );
    },
    2 * PATIENCE_MS,
  );
  it(
    'has a kernel that panics, and the result says how far it came and what it said last',
    async () => {
      const text = 'Linux version 6.1\r\nKernel panic - not syncing: No working init found.\r\n';
      const result = await boot({ diskPath: await disk(bootDisk(text, 'again')) });
      expect(result.failure).toMatch(
        /^The kernel panicked: No working init found\. The console's last lines:\n/,
      );
      expect(result.failure).toContain('Linux version 6.1\nKernel panic');
      expect(result.msToKernel).toBeGreaterThan(0);
      expect(result).not.toHaveProperty('msToUserspace');
    },
    PATIENCE_MS,
  );
  it(
    'hangs, and is given exactly the time of the test',
    async () => {
      const diskPath = await disk(bootDisk('Linux version 6.1\r\n', 'stop'));
      const result = await boot({ diskPath, deadlineMs: 3_000 });
      expect(result.failure).toMatch(/^After 3 s its test agent did not speak\./);
    },
    PATIENCE_MS,
  );
  it(
    'hangs emulated, and is given as many times that as the test says',
    async () => {
      const diskPath = await disk(bootDisk('Linux version 6.1\r\n', 'stop'));
      const result = await boot({ diskPath, deadlineMs: 2_000, emulatedTimes: 2 });
      expect(result).toMatchObject({ accelerator: 'tcg', failure: expect.stringMatching(/^After 4 s /) });
    },
    PATIENCE_MS,
  );
  it('is for a machine that is not tested with that firmware', async () => {
    const booting = boot({ diskPath: await disk(Buffer.alloc(512)), arch: 'aarch64', firmware: 'bios' });
    await expect(booting).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: 'No machine for aarch64 is tested with the firmware bios.',
    });
  });
  it('is no disk of its format', async () => {
    const booting = boot({ diskPath: await disk(Buffer.from('not a qcow2 file')), diskFormat: 'qcow2' });
    await expect(booting).rejects.toMatchObject({
      code: 'DISK_UNREADABLE',
      message: expect.stringContaining('not in qcow2 format'),
    });
  });
});

it(
  'waits for a slow reader of a console that never ends, and keeps nothing of it',
  async () => {
    const diskPath = await disk(bootDisk('All work and no play makes Jack a dull boy.\r\n', 'again'));
    let bytes = 0;
    const before = process.memoryUsage().rss;
    const onConsole = async (chunk: Uint8Array) => {
      bytes += chunk.length;
      await systemClock.delay(20);
    };
    const result = await boot({ diskPath, deadlineMs: 4_000, onConsole });
    expect(result.failure).toContain('its kernel did not start');
    expect(bytes).toBeGreaterThan(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  },
  PATIENCE_MS,
);

it(
  'never writes to the disk, and boots one compressed as a whole',
  async () => {
    const diskPath = await disk(bootDisk('Kernel panic - not syncing: compressed\r\n', 'again'));
    spawnSync('zstd', ['-q', diskPath, '-o', `${diskPath}.zst`]);
    const before = await readFile(`${diskPath}.zst`);
    expect((await boot({ diskPath: `${diskPath}.zst` })).failure).toContain(
      'The kernel panicked: compressed.',
    );
    expect(await readFile(`${diskPath}.zst`)).toStrictEqual(before);
  },
  PATIENCE_MS,
);

it(
  'takes the death of its machine at the hands of others for trouble of the host',
  async () => {
    const diskPath = await disk(bootDisk('here I am', 'stop'));
    const onConsole = () => machinesOf(home).forEach((pid) => process.kill(pid, 'SIGKILL'));
    await expect(boot({ diskPath, onConsole })).rejects.toMatchObject({
      code: 'MACHINE_KILLED',
      retryable: true,
    });
  },
  PATIENCE_MS,
);

(process.getuid?.() === 0 ? it : it.skip)(
  'runs the machine as nobody where root starts it, with a disk only root can reach',
  async () => {
    const diskPath = await disk(bootDisk('here I am', 'stop'));
    await chmod(diskPath, 0o600);
    await chmod(home, 0o700);
    const owners: number[] = [];
    const stop = new AbortController();
    const onConsole = () => {
      owners.push(...machinesOf(home).map((pid) => statSync(`/proc/${pid}`).uid));
      stop.abort(new Error('seen'));
    };
    const booting = boot({ diskPath, firmware: 'uefi', signal: stop.signal, onConsole });
    await expect(booting).rejects.toThrow('seen');
    expect(owners).toStrictEqual([1_879_048_191]);
  },
  PATIENCE_MS,
);

it(
  'ends a boot that was given up before the machine ran',
  async () => {
    const diskPath = await disk(bootDisk('here I am', 'stop'));
    const watch = {
      onPowerOn: () => undefined,
      onHello: () => undefined,
      giveUp: AbortSignal.abort('Given up.'),
    };
    const spec = { ...specOf(diskPath), deadlineMs: PATIENCE_MS / 2 };
    const result = await bootOnce({ spec, accelerator: 'tcg', clock: systemClock, watch });
    expect(result.failure).toBe('Given up.');
  },
  PATIENCE_MS,
);

// What the x86-64 psABI says its levels add; `xsaveopt` is asked for by Linux.
const SECOND = ['sse3', 'ssse3', 'cx16', 'sse4.1', 'sse4.2', 'popcnt', 'lahf'];
const THIRD = ['fma', 'movbe', 'xsave', 'avx', 'f16c', 'bmi1', 'avx2', 'bmi2', 'lzcnt', 'xsaveopt'];

it.each<[string, Pick<BootTestSpec, 'x86Level'>, readonly string[]]>([
  ['second level where nothing else is needed', {}, SECOND],
  ['second level', { x86Level: 2 }, SECOND],
  ['third level', { x86Level: 3 }, [...SECOND, ...THIRD]],
])(
  'emulates a processor of the %s, and no other',
  async (_, level, features) => {
    const diskPath = await disk(processorDisk());
    const stop = new AbortController();
    let console = Buffer.alloc(0);
    const onConsole = (chunk: Uint8Array) => {
      console = Buffer.concat([console, chunk]);
      if (toldFeatures(console) !== undefined) stop.abort(new Error('told'));
    };
    await expect(boot({ diskPath, ...level, signal: stop.signal, onConsole })).rejects.toThrow('told');
    expect(toldFeatures(console)).toStrictEqual(features);
  },
  PATIENCE_MS,
);

describe('ends its machine', () => {
  it(
    'when the test is called off, with the reason it was given',
    async () => {
      const stop = new AbortController();
      const reason = new Error('called off');
      const diskPath = await disk(bootDisk('here I am', 'stop'));
      const testing = boot({ diskPath, signal: stop.signal, onConsole: () => stop.abort(reason) });
      await expect(testing).rejects.toBe(reason);
    },
    PATIENCE_MS,
  );
  it(
    'when the reader of the console fails, with its error',
    async () => {
      const broken = new Error('log store gone');
      const diskPath = await disk(bootDisk('here I am', 'stop'));
      const testing = boot({ diskPath, onConsole: () => Promise.reject(broken) });
      await expect(testing).rejects.toBe(broken);
    },
    PATIENCE_MS,
  );
  it(
    'when its own process is killed',
    async () => {
      if (!existsSync(PROGRAM))
        throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);
      const diskPath = await disk(bootDisk('here I am', 'stop'));
      const holder = spawn(process.execPath, [PROGRAM, diskPath, home], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(holder.stdout, 'data');
      expect(machinesOf(home)).toHaveLength(1);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      for (let look = 0; look < 100 && machinesOf(home).length > 0; look += 1) await systemClock.delay(50);
      expect(machinesOf(home)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('what boots need of the host', () => {
  const hypervisor = () => qemuHypervisor({ clock: systemClock, stateDir: home });
  const path = process.env['PATH'];
  afterEach(() => (process.env['PATH'] = path));

  it.each<[Arch, readonly Firmware[]]>([
    ['x86_64', ['bios', 'uefi', 'uefi-secure']],
    ['aarch64', ['uefi']],
  ])('is found for %s without booting anything', async (arch, firmwares) => {
    await expect(hypervisor().requireTools({ arch, firmwares })).resolves.toBeUndefined();
  });
  it('is named where no program is in PATH', async () => {
    process.env['PATH'] = '/nowhere';
    await expect(hypervisor().requireTools({ arch: 'aarch64', firmwares: ['uefi'] })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: expect.stringContaining('(apt-get install util-linux qemu-system-arm)'),
    });
  });
});

describe('what it remembers about KVM', () => {
  it(
    'is found out by a guest that speaks, and not by an image that panics',
    async () => {
      await rm(join(home, 'accelerator.json'));
      const diskPath = await disk(
        bootDisk('Linux version 6.1\r\nKernel panic - not syncing: x\r\n', 'again'),
      );
      const result = await boot({ diskPath });
      expect(result.failure).toContain('The kernel panicked: x.');
      expect(result.accelerator).toBe('tcg');
      expect(existsSync(join(home, 'accelerator.json'))).toBe(false);
    },
    PATIENCE_MS,
  );
});
