import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { exportedDisk, presentOn } from './exported-disk.js';
import { GildHome, repository } from './gild-home.js';
import { nothing } from './leftovers.js';
import { until } from './until.js';

const MINUTE_MS = 60_000;

const FORGED = 'other bytes';
const KEY_OF_OTHERS = join(
  repository,
  'libs/adapters/toolchain-debian/assets/keys/ubuntu-archive-keyring.asc',
);

const farm = new GildHome().shareCache();
/** Whatever is asked for is there, and nothing is signed. */
const mirror = createServer(({ url = '' }, response) => {
  const isThere = url === '/file' || url.endsWith('/Release');
  response.writeHead(isThere ? 200 : 404).end(url === '/file' ? FORGED : 'Suite: stable\n');
}).listen(0, '127.0.0.1');
const mirrorUrl = () => `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
beforeAll(() => mirror.listening || once(mirror, 'listening'));
afterAll(() => {
  mirror.close();
  farm.remove();
});

/** Everything that may be, for all it would otherwise do. */
const SWITCHED_OFF = `auto_updates: true
optimize: true
security_hardening: true
compression: true
cleanup_package_manager: false
steps:
  install_dependencies: false
  apply_config: false
  apply_security_hardening: false
  apply_optimizations: false
  run_tests: false
  cleanup_caches: false
  cleanup_temp_files: false
  remove_build_artifacts: false
  compress_image: false
  generate_checksums: false
  verify_image: false
`;
const LITTER = [
  ...['/var/cache/man/left', '/var/tmp/left'],
  ...['/var/lib/apt/lists/left', '/var/cache/apt/archives/left.deb'],
];
let sound: GoldenImageBuildJob;

beforeAll(async () => {
  const make = LITTER.map((path) => `mkdir -p ${dirname(path)} && touch ${path}`).join(' && ');
  farm.taskserv('litter', `scripts: [{name: litter, content: "${make}"}]`);
  const { job, version } = await farm.json<{ job: GoldenImageBuildJob; version: GoldenImageVersion }>(
    'build',
    farm.definition('sound', ['nginx', 'litter'], SWITCHED_OFF),
  );
  expect(version.version).toBe('1.0.0');
  sound = job;
}, 30 * MINUTE_MS);

describe('steps that are switched off', () => {
  it('are not run, and are recorded as skipped', async () => {
    const { entries } = await farm.json<{ entries: { what: string }[] }>('history', sound.job_id);
    expect(entries.map(({ what }) => what)).not.toContain('BootTested');
    const skipped = sound.steps?.filter(({ status }) => status === 'skipped').map(({ name }) => name);
    expect(skipped).toEqual(
      expect.arrayContaining([
        ...['install_dependencies', 'apply_config', 'apply_security_hardening', 'apply_optimizations'],
        ...['boot_test', 'checksums', 'verify'],
      ]),
    );
    const { stdout: log } = await farm.run('logs', sound.job_id);
    expect(log).toContain('(upload)');
    expect(log).not.toMatch(/^sha256 |\((checksums|verify|boot_test)\)/m);
  });

  it(
    'have no effect in the image',
    async () => {
      const { disk, raw } = await exportedDisk(farm, 'sound');
      const there = ['/usr/sbin/nginx', ...LITTER];
      const absent = [
        ...['/usr/bin/unattended-upgrade', '/usr/sbin/auditd'],
        ...['/etc/hostname', '/etc/gild-release', '/etc/ssh/sshd_config.d/10-gild.conf'],
        '/etc/initramfs-tools/conf.d/gild-virtual-hardware.conf',
      ];
      expect(await presentOn(raw, [...there, ...absent])).toEqual(there);
      const check = execFileSync('qemu-img', ['check', '--output=json', disk], { encoding: 'utf8' });
      expect(JSON.parse(check)).not.toHaveProperty('compressed-clusters');
    },
    10 * MINUTE_MS,
  );
});

describe('a build that cannot succeed', () => {
  const refused: [string, { definition: () => string; code: number; says: RegExp }][] = [
    [
      'an unknown key',
      { definition: () => farm.definition('a', ['nginx'], 'taskserv: []\n'), code: 2, says: /taskservs/ },
    ],
    [
      'a wrong type',
      { definition: () => farm.definition('a', ['nginx'], 'optimize: maybe\n'), code: 2, says: /optimize/ },
    ],
    [
      'a number out of range',
      {
        definition: () => farm.definition('a', ['nginx'], 'build_timeout_minutes: 4\n'),
        code: 2,
        says: /build_timeout_minutes/,
      },
    ],
    [
      'an unknown taskserv',
      { definition: () => farm.definition('a', ['ngimx']), code: 2, says: /ngimx.*nginx/s },
    ],
    [
      'an excluded dependency',
      {
        definition: () => {
          farm.taskserv('site', 'packages: [tree]', 'requires: [nginx]\n');
          return farm.definition('a', ['site'], 'exclude_taskservs: [nginx]\n');
        },
        code: 2,
        says: /site.*nginx/s,
      },
    ],
    [
      'a release there is not',
      {
        definition: () =>
          farm.file(
            'a.yaml',
            "name: a\nbase_os: debian\nos_version: '14'\ntaskservs: []\ndisk_size_gb: 10\n",
          ),
        code: 2,
        says: /os_version.*11, 12, 13.*14/,
      },
    ],
    [
      'a taskserv that the release does not have',
      {
        definition: () =>
          farm.file(
            'a.yaml',
            "name: a\nbase_os: debian\nos_version: '11'\ntaskservs: [kubernetes]\ndisk_size_gb: 10\n",
          ),
        code: 2,
        says: /kubernetes is not available for debian 11, only for debian 12, debian 13/,
      },
    ],
    [
      'taskservs that exclude each other',
      {
        definition: () => {
          farm.taskserv('rival', 'packages: [tree]', 'conflicts: [nginx]\n');
          return farm.definition('a', ['nginx', 'rival']);
        },
        code: 2,
        says: /nginx and rival conflict/,
      },
    ],
    [
      'taskservs that need each other in a circle',
      {
        definition: () => {
          farm.taskserv('egg', 'packages: [tree]', 'requires: [hen]\n');
          farm.taskserv('hen', 'packages: [tree]', 'requires: [egg]\n');
          return farm.definition('a', ['egg']);
        },
        code: 2,
        says: /egg → hen → egg .*: take one of these needs out of `requires` or `after` of its taskserv/,
      },
    ],
    [
      'a bad ssh key',
      {
        definition: () => farm.definition('a', ['nginx'], 'ssh_public_keys: [ssh-rsa nonsense]\n'),
        code: 2,
        says: /ssh_public_keys/,
      },
    ],
    [
      'a bad network configuration',
      {
        definition: () => farm.definition('a', ['nginx'], 'network_config: "version: 9"\n'),
        code: 2,
        says: /network_config/,
      },
    ],
    [
      'a file that cannot be read',
      { definition: () => join(farm.root, 'absent.yaml'), code: 2, says: /absent\.yaml/ },
    ],
    [
      'an impossible version',
      {
        definition: () => farm.definition('a', ['nginx'], 'taskserv_versions: {nginx: "99"}\n'),
        code: 1,
        says: /nginx has no version 99; available: 1\./,
      },
    ],
    [
      'a package that does not exist',
      {
        definition: () => {
          farm.taskserv('absent', 'packages: [no-such-package]');
          return farm.definition('a', ['absent']);
        },
        code: 1,
        says: /no-such-package/,
      },
    ],
    [
      'a script that fails',
      {
        definition: () => {
          farm.taskserv('broken', 'scripts: [{name: break, content: "echo the cause of it; exit 3"}]');
          return farm.definition('a', ['broken']);
        },
        code: 1,
        says: /the cause of it/,
      },
    ],
    [
      'a download of other bytes than the taskserv says',
      {
        definition: () => {
          const downloads = `downloads: [{url: "${mirrorUrl()}/file", sha256: "${'0'.repeat(64)}", path: /x}]`;
          farm.taskserv('forged', downloads);
          return farm.definition('a', ['forged']);
        },
        code: 1,
        says: new RegExp(
          `forged.*Expected: sha256 ${'0'.repeat(64)}.*Found: sha256 ${createHash('sha256').update(FORGED).digest('hex')}`,
          's',
        ),
      },
    ],
    [
      'a repository that is not signed',
      {
        definition: () => {
          const key = readFileSync(KEY_OF_OTHERS, 'utf8');
          const theirs = { name: 'theirs', uri: mirrorUrl(), suite: 'stable', components: ['main'], key };
          // YAML takes JSON as it is.
          farm.taskserv('unsigned', `packages: [tree]\nrepositories: ${JSON.stringify([theirs])}`);
          return farm.definition('a', ['unsigned']);
        },
        code: 1,
        says: /not signed/,
      },
    ],
    [
      'a mirror out of reach',
      {
        definition: () => {
          const downloads = `downloads: [{url: "http://127.0.0.1:9/x", sha256: "${'0'.repeat(64)}", path: /x}]`;
          farm.taskserv('far', downloads);
          return farm.definition('a', ['far'], 'build_retries: 0\n');
        },
        code: 4,
        says: /127\.0\.0\.1:9/,
      },
    ],
  ];

  it.each(refused)(
    'with %s says so, exits as documented and leaves nothing behind',
    async (_, { definition, code, says }) => {
      const built = await farm.run('build', definition(), '--no-boot-test');
      expect({ code: built.code, text: built.stdout + built.stderr }).toEqual({
        code,
        text: expect.stringMatching(says),
      });
      expect(farm.leftovers()).toEqual(nothing);
    },
    10 * MINUTE_MS,
  );

  it(
    'for a gigabyte of output goes on without it',
    async () => {
      farm.taskserv('loud', 'scripts: [{name: shout, content: "yes | head -c 1073741824; exit 3"}]');
      const { code, stdout } = await farm.run('build', farm.definition('a', ['loud']), '--no-boot-test');
      expect({ code, failed: stdout.includes('failed') }).toEqual({ code: 1, failed: true });
      expect(farm.leftovers()).toEqual(nothing);
    },
    10 * MINUTE_MS,
  );

  // Only root may mount a small disk.
  (process.getuid?.() === 0 ? it : it.skip)(
    'for want of disk space says how much it needs, and where',
    async () => {
      const small = new GildHome();
      mkdirSync(small.home);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', small.home]);
      try {
        const { code, stdout } = await small.run(
          'build',
          small.definition('a', [], 'build_retries: 0\n'),
          '--no-boot-test',
        );
        expect({ code, stdout }).toEqual({
          code: 1,
          stdout: expect.stringMatching(/needs 4\.0 GiB of free disk at .*found 0\.2 GiB/),
        });
        expect(small.leftovers().scratch).toEqual([]);
      } finally {
        // Refused as long as any program uses the disk.
        execFileSync('umount', [small.home]);
        small.remove();
      }
    },
    MINUTE_MS,
  );

  it(
    'leaves the versions that were there as they were',
    async () => {
      const versions = await farm.json<GoldenImageVersion[]>('versions', 'sound');
      expect(versions.map(({ version }) => version)).toEqual(['1.0.0']);
      const stored = readdirSync(join(farm.home, 'objects/objects/images'));
      expect(stored).toEqual(
        versions.flatMap(({ artifacts }) => artifacts.map(({ checksum }) => `${checksum}.qcow2`)),
      );
      expect((await farm.run('verify', 'sound@1.0.0')).code).toBe(0);
      expect(await farm.json('replay', '--verify')).toMatchObject({ equal: true });
    },
    MINUTE_MS,
  );
});

describe('Ctrl-C', () => {
  const waiting = (name: string) => {
    farm.taskserv('waits', 'scripts: [{name: wait, content: "echo I wait; exec sleep 1000"}]');
    return farm.start(['build', farm.definition(name, ['waits'])], /install_dependencies/);
  };

  it(
    'cancels the build, and nothing of it is left',
    async () => {
      const build = await waiting('cancelled');
      await until(() => farm.leftovers().programs.includes('sleep 1000'));
      build.signal('SIGINT');
      expect(await build.exit).toBe(130);
      const jobs = await farm.json<GoldenImageBuildJob[]>('jobs');
      expect(jobs.find(({ image_name }) => image_name === 'cancelled')).toMatchObject({
        status: 'failed',
        failure_class: 'cancelled',
      });
      expect(farm.leftovers()).toEqual(nothing);
    },
    2 * MINUTE_MS,
  );

  it(
    'twice leaves at once',
    async () => {
      const build = await waiting('left');
      build.signal('SIGINT');
      await build.says(/Ctrl-C again/);
      build.signal('SIGINT');
      expect(await build.exit).toBe(130);
      await until(() => farm.leftovers().programs.length === 0);
      expect(farm.leftovers().mounts).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});
