import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { describeWithNats } from '@gild/testing';
import { debugfs, exportedDisk } from './exported-disk.js';
import { GildHome, repository } from './gild-home.js';
import { nothing } from './leftovers.js';
import { NatsFarm } from './nats-farm.js';
import { cellsOf, recordCells } from './support-cells.js';
import { until } from './until.js';
import type { RunningCommand } from './running-command.js';

const run = promisify(execFile);
const example = join(repository, 'examples', 'web-server.yaml');
const MINUTE_MS = 60_000;

const farm = new GildHome().shareCache();
/** What it builds it builds from nothing. */
const other = new GildHome();
afterAll(() => {
  farm.remove();
  other.remove();
});

type History = { entries: { what: string; data: unknown }[] };
type Plan = { steps: { name: string; cached: boolean; missReason?: string }[] };
type Built = { job: GoldenImageBuildJob; version: GoldenImageVersion };
const rootDigest = ({ version }: Built) => version.artifacts?.[0]?.rootfs_sha256;
let built1: Built | undefined;
/** The example as it was built first, of which many tests tell. */
const example1 = (): Built => {
  if (built1 === undefined)
    throw new Error('the example was not built: its own test failed, or was left out');
  return built1;
};

describe('the example', () => {
  it(
    'is built, booted and published as 1.0.0, with documents that keep their schemas',
    async () => {
      built1 = await farm.json<Built>('build', example);
      const { job, version } = built1;
      expect(GoldenImageBuildJob.parse(job)).toMatchObject({
        status: 'completed',
        progress_percent: 100,
      });
      recordCells('tested-example', await cellsOf(farm, job));
      expect(GoldenImageVersion.parse(version)).toMatchObject({
        version: '1.0.0',
        state: 'published',
        taskserv_versions: {
          nginx: expect.any(String),
          postgresql: expect.any(String),
          redis: expect.any(String),
        },
      });
    },
    60 * MINUTE_MS,
  );

  it(
    'was booted from BIOS, from UEFI and with Secure Boot, served, and grew its root to the disk',
    async () => {
      const { entries } = await farm.json<History>('history', example1().job.job_id);
      const boots = entries
        .filter(({ what }) => what === 'BootTested')
        .map(
          ({ data }) =>
            data as { firmware: string; passed: boolean; checks: { name: string; passed: boolean }[] },
        );
      expect(boots.map(({ firmware, passed }) => [firmware, passed]).sort()).toEqual([
        ['bios', true],
        ['uefi', true],
        ['uefi-secure', true],
      ]);
      const checks = ['nginx/port-80', 'postgresql/query', 'redis/ping', 'system/root-grown'];
      for (const boot of boots)
        expect(boot.checks.filter(({ passed }) => passed).map(({ name }) => name)).toEqual(
          expect.arrayContaining(checks),
        );
    },
    5 * MINUTE_MS,
  );

  it(
    'has the checksum of its file in its log',
    async () => {
      const { stdout } = await farm.run('logs', example1().job.job_id);
      expect(stdout).toContain(`sha256 ${example1().version.artifacts[0]?.checksum}`);
    },
    5 * MINUTE_MS,
  );

  it(
    'answers the same definition with the same version, without building',
    async () => {
      const { job_id: first } = example1().job;
      const { version, job } = await farm.json<Built>('build', example);
      const jobs = await farm.json<unknown[]>('jobs');
      expect({ version: version.version, job: job.job_id, jobs: jobs.length }).toEqual({
        version: '1.0.0',
        job: first,
        jobs: 1,
      });
    },
    5 * MINUTE_MS,
  );

  it(
    'is exported as a sound disk of the defined size, with nothing of one machine inside',
    async () => {
      const { disk, raw } = await exportedDisk(farm, 'web-server');
      const { stdout } = await run('qemu-img', ['info', '--output=json', disk]);
      expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 10 * 1024 ** 3 });
      await expect(run('qemu-img', ['check', disk])).resolves.toBeDefined();
      expect((await farm.run('verify', disk)).stdout).toContain('is web-server@1.0.0');

      const list = async (folder: string) =>
        (await debugfs(raw, `ls -p ${folder}`)).match(/[^/]+(?=\/\d*\/$)/gm);
      expect(await debugfs(raw, 'cat /etc/hostname')).toBe('web-server\n');
      expect(await debugfs(raw, 'cat /etc/machine-id')).toBe('');
      expect((await list('/etc/ssh'))?.filter((name) => name.startsWith('ssh_host_'))).toEqual([]);
      expect(await list('/var/lib/apt/lists')).toEqual(['.', '..']);
      expect(await list('/var/lib/postgresql/15')).toBeNull();
      expect(await list('/etc/ssl/private')).toEqual(['.', '..']);
    },
    10 * MINUTE_MS,
  );

  it(
    'with one taskserv more is built on the layers there are, as its plan said',
    async () => {
      farm.taskserv('tree', 'packages: [tree]');
      const more = farm.file(
        'more.yaml',
        `${readFileSync(example, 'utf8').replace('redis]', 'redis, tree]')}compression: false\n`,
      );
      const { steps } = await farm.json<Plan>('plan', more);
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
    20 * MINUTE_MS,
  );

  it(
    'is what another image starts from, with all it has',
    async () => {
      const { nginx } = example1().version.taskserv_versions;
      const child = farm.definition(
        'child',
        ['tree'],
        "base_image: {name: web-server, version: '~1.0'}\nsteps: {prepare_base: false}\ncompression: false\n",
      );
      const { job, version } = await farm.json<Built>('build', child, '--no-boot-test');
      expect(version).toMatchObject({
        base_image_version: '1.0.0',
        taskserv_versions: { nginx, tree: expect.any(String) },
      });
      const built = job.steps?.filter(({ cache }) => cache === 'miss').map(({ name }) => name);
      expect(built).toEqual(['taskserv:tree', 'apply_config', 'cleanup']);
      const { raw } = await exportedDisk(farm, 'child');
      expect(await debugfs(raw, 'cat /etc/hostname')).toBe('child\n');
      expect(await debugfs(raw, 'stat /usr/bin/tree')).toContain('Type: regular');
      expect(await debugfs(raw, 'stat /usr/sbin/nginx')).toContain('Type: regular');
    },
    20 * MINUTE_MS,
  );
});

describe('a farm that is killed', () => {
  let running: RunningCommand;
  const restart = async () => {
    await running.kill();
    running = await other.up();
  };
  /** At most two for a build: one that takes its agent with it three times is given up as poisoned. */
  const killedAt = async (jobId: string, steps: readonly string[]) => {
    for (const [index, step] of steps.entries()) {
      await other.jobWhen(jobId, ({ current_step }) => current_step === step);
      await restart();
      const attempt = await other.jobWhen(jobId, (job) => job.attempt === index + 2);
      expect({ step, attempt: attempt?.attempt }).toEqual({ step, attempt: index + 2 });
    }
  };
  const published = async () => {
    expect(await other.json('replay', '--verify')).toMatchObject({ equal: true });
    const versions = await other.json<GoldenImageVersion[]>('versions', 'web-server');
    return versions.map(({ version }) => version).sort();
  };
  const request = async (...options: string[]) =>
    (await other.json<Built>('build', example, '--detach', ...options)).job.job_id;

  beforeAll(async () => {
    running = await other.up();
  }, MINUTE_MS);

  it(
    'takes its build up again, and makes the same root file system as another farm did',
    async () => {
      const same = rootDigest(example1());
      const job = await request('--no-boot-test');
      await killedAt(job, ['prepare_base', 'taskserv:postgresql']);
      await other.jobWhen(job, ({ status }) => status === 'completed');
      expect(await other.json('jobs')).toHaveLength(1);
      expect(await published()).toEqual(['1.0.0']);
      const { artifacts } = await other.json<GoldenImageVersion>('show', 'web-server@1.0.0');
      expect(artifacts?.[0]?.rootfs_sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(artifacts?.[0]?.rootfs_sha256).toBe(same);
    },
    60 * MINUTE_MS,
  );

  it(
    'publishes nothing of what it had not tested',
    async () => {
      const job = await request();
      await killedAt(job, ['disk', 'boot_test']);
      expect(await published()).toEqual(['1.0.0']);
      await other.json('cancel', job);
      await other.jobWhen(job, ({ status }) => status === 'failed');
      expect(await published()).toEqual(['1.0.0']);
    },
    40 * MINUTE_MS,
  );

  it(
    'publishes once what it was about to store',
    async () => {
      const job = await request('--no-boot-test', '--bump', 'major');
      await other.jobWhen(job, ({ current_step }) => current_step === 'upload');
      await restart();
      await other.jobWhen(job, ({ status }) => status === 'completed');
      expect(await published()).toEqual(['1.0.0', '2.0.0']);
      expect((await other.run('verify', 'web-server@2.0.0')).code).toBe(0);
    },
    40 * MINUTE_MS,
  );

  it(
    'leaves nothing behind once it ends by itself',
    async () => {
      expect(other.leftovers().programs).not.toEqual([]);
      running.signal('SIGTERM');
      await running.exit;
      expect(other.leftovers()).toEqual(nothing);
    },
    5 * MINUTE_MS,
  );
});

describeWithNats()('the services as separate processes over NATS', () => {
  let services: NatsFarm;
  afterAll(() => (services as NatsFarm | undefined)?.remove());

  it(
    'plan, build and publish through a builder with the layers of another farm',
    async () => {
      const same = rootDigest(example1());
      services = await NatsFarm.started();
      services.start('builder', { GILD_STATE: other.home });
      const user = new GildHome({ GILD_URL: services.url, GILD_TOKEN: services.token });
      try {
        await until(async () => (await user.run('plan', example)).code === 0);
        const { steps } = await user.json<Plan>('plan', example);
        expect(steps.find(({ name }) => name === 'taskserv:redis')?.cached).toBe(true);
        const built = await user.json<Built>('build', example, '--no-boot-test');
        expect(built.version).toMatchObject({ version: '1.0.0', state: 'published' });
        expect(rootDigest(built)).toBe(same);
        expect((await user.run('verify', 'web-server@1.0.0')).code).toBe(0);
        expect(await user.json('replay', '--verify')).toMatchObject({ equal: true });
        expect(await services.stop()).toEqual([0, 0, 0, 0]);
        expect(other.leftovers()).toEqual(nothing);
      } finally {
        user.remove();
      }
    },
    20 * MINUTE_MS,
  );
});
