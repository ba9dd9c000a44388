import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'gild-e2e-'));
const MINUTE_MS = 60_000;

/** `gild` as a user runs it, on a state of its own. */
const gild = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const env = { ...process.env, GILD_HOME: join(folder, 'home') };
  try {
    const { stdout, stderr } = await run(join(root, 'gild'), args, { env, maxBuffer: 1 << 26, cwd: root });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
};

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it(
  'builds, boots and publishes the web server as 1.0.0, with documents that keep their schemas',
  async () => {
    const built = await gild('build', 'examples/web-server.yaml', '--json');
    expect({ code: built.code, stderr: built.stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    const { job, version } = JSON.parse(built.stdout) as { job: unknown; version: unknown };
    expect(GoldenImageBuildJob.parse(job)).toMatchObject({ status: 'completed', progress_percent: 100 });
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
  25 * MINUTE_MS,
);

it(
  'answers the same definition with the same version, without building',
  async () => {
    const again = await gild('build', 'examples/web-server.yaml', '--json');
    const { version } = JSON.parse(again.stdout) as { version: GoldenImageVersion };
    const jobs = JSON.parse((await gild('jobs', '--json')).stdout) as unknown[];
    expect({ version: version.version, jobs: jobs.length }).toEqual({ version: '1.0.0', jobs: 1 });
  },
  MINUTE_MS,
);

it(
  'exports a disk that qemu-img finds sound, of the size the definition gives',
  async () => {
    const disk = join(folder, 'web.qcow2');
    expect((await gild('export', 'web-server', '-o', disk)).code).toBe(0);
    const { stdout } = await run('qemu-img', ['info', '--output=json', disk]);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 10 * 1024 ** 3 });
    await expect(run('qemu-img', ['check', disk])).resolves.toBeDefined();
    expect((await gild('verify', disk)).stdout).toContain('is web-server@1.0.0');
  },
  2 * MINUTE_MS,
);

it(
  'plans another set of taskservs on the layers that are cached, and says why the rest is not',
  async () => {
    const fewer = join(folder, 'fewer.yaml');
    const example = readFileSync(join(root, 'examples', 'web-server.yaml'), 'utf8');
    writeFileSync(fewer, example.replace('[nginx, postgresql, redis]', '[nginx, postgresql]'));
    const { steps } = JSON.parse((await gild('plan', fewer, '--json')).stdout) as {
      steps: { name: string; cached: boolean; missReason?: string }[];
    };
    expect(steps.filter(({ cached }) => cached).map(({ name }) => name)).toEqual([
      'prepare_base',
      'install_dependencies',
      'taskserv:nginx',
      'taskserv:postgresql',
    ]);
    expect(steps.find(({ name }) => name === 'apply_config')?.missReason).toBe(
      'the layer below differs: taskserv:postgresql',
    );
  },
  3 * MINUTE_MS,
);

it(
  'rebuilds every view from the events and finds it equal to the served one',
  async () => {
    const replay = await gild('replay', '--verify', '--json');
    expect({ code: replay.code, equal: (JSON.parse(replay.stdout) as { equal: boolean }).equal }).toEqual({
      code: 0,
      equal: true,
    });
  },
  MINUTE_MS,
);
