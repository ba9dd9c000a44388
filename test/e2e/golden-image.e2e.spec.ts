import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { GildHome, repository } from './gild-home.js';

const run = promisify(execFile);
const example = join(repository, 'examples', 'web-server.yaml');
const MINUTE_MS = 60_000;
const ROOT_OFFSET = 135_168 * 512;

const farm = new GildHome();
const other = new GildHome();
afterAll(() => {
  farm.remove();
  other.remove();
});

type History = { entries: { what: string; data: unknown }[] };
type Built = { job: GoldenImageBuildJob; version: GoldenImageVersion };
const rootDigest = ({ version }: Built) => version.artifacts?.[0]?.rootfs_sha256;
let example1: Built;

describe('the example', () => {
  it(
    'is built, booted and published as 1.0.0, with documents that keep their schemas',
    async () => {
      example1 = await farm.json<Built>('build', example);
      expect(GoldenImageBuildJob.parse(example1.job)).toMatchObject({
        status: 'completed',
        progress_percent: 100,
      });
      expect(GoldenImageVersion.parse(example1.version)).toMatchObject({
        version: '1.0.0',
        state: 'published',
        taskserv_versions: {
          nginx: expect.any(String),
          postgresql: expect.any(String),
          redis: expect.any(String),
        },
      });
    },
    25 * MINUTE_MS,
  );

  it(
    'was booted from BIOS and from UEFI, served, and grew its root to the disk',
    async () => {
      const { entries } = await farm.json<History>('history', example1.job.job_id);
      const boots = entries
        .filter(({ what }) => what === 'BootTested')
        .map(
          ({ data }) =>
            data as { firmware: string; passed: boolean; checks: { name: string; passed: boolean }[] },
        );
      expect(boots.map(({ firmware, passed }) => [firmware, passed]).sort()).toEqual([
        ['bios', true],
        ['uefi', true],
      ]);
      const checks = ['nginx/port-80', 'postgresql/query', 'redis/ping', 'system/root-grown'];
      for (const boot of boots)
        expect(boot.checks.filter(({ passed }) => passed).map(({ name }) => name)).toEqual(
          expect.arrayContaining(checks),
        );
    },
    MINUTE_MS,
  );

  it(
    'answers the same definition with the same version, without building',
    async () => {
      const { version } = await farm.json<Built>('build', example);
      const jobs = await farm.json<unknown[]>('jobs');
      expect({ version: version.version, jobs: jobs.length }).toEqual({ version: '1.0.0', jobs: 1 });
    },
    MINUTE_MS,
  );

  it(
    'is exported as a sound disk of the defined size, with nothing of one machine inside',
    async () => {
      const disk = join(farm.root, 'web.qcow2');
      expect((await farm.run('export', 'web-server', '-o', disk)).code).toBe(0);
      const { stdout } = await run('qemu-img', ['info', '--output=json', disk]);
      expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 10 * 1024 ** 3 });
      await expect(run('qemu-img', ['check', disk])).resolves.toBeDefined();
      expect((await farm.run('verify', disk)).stdout).toContain('is web-server@1.0.0');

      const raw = join(farm.root, 'web.raw');
      await run('qemu-img', ['convert', '-O', 'raw', disk, raw]);
      const list = async (folder: string) =>
        (await debugfs(raw, `ls -p ${folder}`)).match(/[^/]+(?=\/\d*\/$)/gm);
      expect(await debugfs(raw, 'cat /etc/hostname')).toBe('web-server\n');
      expect(await debugfs(raw, 'cat /etc/machine-id')).toBe('');
      expect((await list('/etc/ssh'))?.filter((name) => name.startsWith('ssh_host_'))).toEqual([]);
      expect(await list('/var/lib/apt/lists')).toEqual(['.', '..']);
      expect(await list('/var/lib/postgresql/15')).toBeNull();
      expect(await list('/etc/ssl/private')).toEqual(['.', '..']);
    },
    3 * MINUTE_MS,
  );

  it(
    'with one taskserv more is built on the layers there are, as its plan said',
    async () => {
      farm.taskserv('tree', 'packages: [tree]');
      const more = farm.file('more.yaml', (await readText(example)).replace('redis]', 'redis, tree]'));
      const { steps } = await farm.json<{ steps: { name: string; cached: boolean; missReason?: string }[] }>(
        'plan',
        more,
      );
      const kept = [
        'prepare_base',
        'install_dependencies',
        'taskserv:nginx',
        'taskserv:postgresql',
        'taskserv:redis',
      ];
      expect(steps.filter(({ cached }) => cached).map(({ name }) => name)).toEqual(kept);
      expect(steps.find(({ name }) => name === 'apply_config')?.missReason).toBe(
        'the layer below differs: taskserv:tree',
      );
      const { job, version } = await farm.json<Built>('build', more, '--no-boot-test');
      expect(version.version).toBe('1.1.0');
      expect(job.steps?.filter(({ cache }) => cache === 'hit').map(({ name }) => name)).toEqual(kept);
    },
    5 * MINUTE_MS,
  );
});

describe('a farm that is killed', () => {
  // Twice: a build that takes its agent with it three times is given up as poisoned.
  it(
    'takes its build up again, and makes the same root file system as another farm did',
    async () => {
      let running = await other.up();
      const { job } = await other.json<Built>('build', example, '--detach', '--no-boot-test');
      let attempts = 1;
      for (const step of ['taskserv:postgresql', 'disk']) {
        await other.jobWhen(job.job_id, ({ current_step }) => current_step === step);
        await running.kill();
        running = await other.up();
        attempts += 1;
        expect(await other.jobWhen(job.job_id, ({ attempt }) => attempt === attempts)).toBeDefined();
      }
      await other.jobWhen(job.job_id, ({ status }) => status === 'completed');
      expect(await other.json('jobs')).toHaveLength(1);
      expect(await other.json('replay', '--verify')).toMatchObject({ equal: true });
      const versions = await other.json<GoldenImageVersion[]>('versions', 'web-server');
      expect(versions.map(({ version }) => version)).toEqual(['1.0.0']);
      expect(versions[0]?.artifacts?.[0]?.rootfs_sha256).toBe(rootDigest(example1));
      running.signal('SIGTERM');
      await running.exit;
      expect(other.leftovers()).toEqual({ mounts: [], programs: [], scratch: [] });
    },
    15 * MINUTE_MS,
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
      expect(farm.leftovers()).toEqual({ mounts: [], programs: [], scratch: [] });
    },
    3 * MINUTE_MS,
  );

  it(
    'for a gigabyte of output goes on without it',
    async () => {
      farm.taskserv('loud', 'scripts: [{name: shout, content: "yes | head -c 1073741824; exit 3"}]');
      const { code, stdout } = await farm.run('build', farm.definition('a', ['loud']), '--no-boot-test');
      expect({ code, failed: stdout.includes('failed') }).toEqual({ code: 1, failed: true });
      expect(farm.leftovers()).toEqual({ mounts: [], programs: [], scratch: [] });
    },
    3 * MINUTE_MS,
  );

  it(
    'leaves the versions that were there as they were',
    async () => {
      const versions = await farm.json<GoldenImageVersion[]>('versions', 'web-server');
      expect(versions.map(({ version }) => version).sort()).toEqual(['1.0.0', '1.1.0']);
      expect((await farm.run('verify', 'web-server@1.0.0')).code).toBe(0);
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
      build.signal('SIGINT');
      expect(await build.exit).not.toBe(0);
      const jobs = await farm.json<GoldenImageBuildJob[]>('jobs');
      expect(jobs.find(({ image_name }) => image_name === 'cancelled')).toMatchObject({
        status: 'failed',
        failure_class: 'cancelled',
      });
      expect(farm.leftovers()).toEqual({ mounts: [], programs: [], scratch: [] });
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
    },
    2 * MINUTE_MS,
  );
});

const readText = async (path: string): Promise<string> => {
  const file = await open(path);
  return file.readFile('utf8').finally(() => file.close());
};

/** Reads the root file system of a raw disk, without a mount. */
const debugfs = async (disk: string, command: string): Promise<string> =>
  (await run('debugfs', ['-R', command, `${disk}?offset=${ROOT_OFFSET}`])).stdout;
