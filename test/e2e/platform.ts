import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Arch, GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { GildHome } from './gild-home.js';
import type { Platform } from './live-platforms.js';
import { type Cell, cellsOf, evidence, recordCells } from './support-cells.js';

const run = promisify(execFile);
const MINUTE_MS = 60_000;

type Built = { job: GoldenImageBuildJob; version: GoldenImageVersion };

// A platform may be of an architecture that is emulated.
const embedded = new GildHome({ GILD_EMULATION: 'on' }).takeToldMirrors().shareCache();
afterAll(() => embedded.remove());

/** Smaller where it is emulated: no drivers of real hardware in the initial RAM disk, no Python to compile. */
export const definition = (
  gild: GildHome,
  { os, release, arch }: Platform,
  { format, arches = [arch] }: { format: string; arches?: readonly Arch[] },
): string => {
  const name = `${os}-${release}-${arches.join('-')}-${format}`;
  return gild.file(
    `${name}.yaml`,
    `name: ${name}
base_os: ${os}
os_version: '${release}'
arch: ${JSON.stringify(arches)}
taskservs: [nginx]
disk_size_gb: 10
disk_format: ${format}
compression: ${format === 'vmdk'}
optimize: ${arch === 'aarch64'}
auto_updates: ${arch === 'x86_64'}
build_timeout_minutes: 60
steps: ${JSON.stringify({ test_scripts: arch === 'x86_64' ? updating(os) : [] })}
`,
  );
};

/** What shows inside an image that it updates itself. */
const updating = (os: string): string[] =>
  os === 'debian' || os === 'ubuntu'
    ? [
        `systemctl is-enabled apt-daily-upgrade.timer && apt-config dump | grep -qx 'APT::Periodic::Unattended-Upgrade "1";'`,
      ]
    : ['systemctl list-unit-files --state=enabled "dnf*automatic*.timer" | grep timer'];

/** Builds images of a platform, boots them, and leaves what that has shown for the table of what is supported. */
export const itIsSupported = (platform: Platform, on = () => embedded): void => {
  let farm: GildHome;
  beforeAll(() => {
    farm = on();
  });
  const exported = async (format: string): Promise<string> => {
    const name = `${platform.os}-${platform.release}-${platform.arch}-${format}`;
    const disk = join(farm.root, `${name}.${format}`);
    expect(await farm.run('export', name, '-o', disk)).toMatchObject({ code: 0 });
    return disk;
  };
  const cells: Cell[] = [];
  let packages: unknown;
  const keep = (shown: readonly Cell[], version: GoldenImageVersion) =>
    cells.push(...shown.map((cell) => ({ ...cell, ...(platform.kind === 'live' && evidence(version)) })));
  afterAll(() => recordCells(`${platform.kind}-${platform.os}-${platform.release}-${platform.arch}`, cells));

  it(
    'is built, boots with every firmware it has, and serves',
    async () => {
      const file = definition(farm, platform, { format: 'qcow2' });
      const { job, version } = await farm.json<Built>('build', file);
      packages = version.artifacts?.[0]?.packages;
      const shown = await cellsOf(farm, job);
      expect(shown.map(({ status }) => status)).not.toContain('built');
      keep(shown, version);
    },
    90 * MINUTE_MS,
  );

  // Formats have nothing to do with the platform, and each costs every run of the tests minutes; the tests of disks show them all.
  if (platform.kind === 'tested') return;
  it.each(['raw', 'vmdk'])(
    'is built as a sound %s of the same packages',
    async (format) => {
      const { job, version } = await farm.json<Built>(
        'build',
        definition(farm, platform, { format }),
        '--no-boot-test',
      );
      expect(version.artifacts?.[0]?.packages).toBe(packages);
      const disk = await exported(format);
      const { stdout } = await run('qemu-img', ['info', '--output=json', disk]);
      expect(JSON.parse(stdout)).toMatchObject({ format, 'virtual-size': 10 * 1024 ** 3 });
      if (format === 'vmdk') await expect(run('qemu-img', ['check', disk])).resolves.toBeDefined();
      keep(await cellsOf(farm, job), version);
    },
    30 * MINUTE_MS,
  );
};
