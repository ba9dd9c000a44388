import { readFileSync } from 'node:fs';
import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { FarmOfFakes } from '../farm-of-fakes.spec.js';
import { GildUnderTest } from '../gild-under-test.spec.js';

type Built = { job: GoldenImageBuildJob; jobs?: GoldenImageBuildJob[]; version: GoldenImageVersion | null };

let farm: FarmOfFakes;
const gild = new GildUnderTest();
const run = (...args: string[]) => gild.run(args);
const definition = (rest: object = {}) =>
  farm.file('web.json', {
    ...{ name: 'web', base_os: 'debian', os_version: '12', arch: ['x86_64', 'aarch64'] },
    ...rest,
  });

beforeEach(async () => {
  farm = new FarmOfFakes();
  await farm.start();
  gild.env = farm.env;
});
afterEach(() => farm.stop());

describe('a definition for two architectures', () => {
  it('becomes one version with an artifact for each, built side by side', async () => {
    const inside = new Set<string>();
    const met = Promise.withResolvers<undefined>();
    for (const [arch, fake] of farm.builders) {
      fake.onBoot = async () => {
        if (inside.add(arch).size === 2) met.resolve(undefined);
        await met.promise;
        return {};
      };
    }
    const { code, said, stdout } = await run('build', definition());
    expect(code).toBe(0);
    expect(said).toMatch(/^x86_64: web 1\.0\.0: job /m);
    expect(said).toMatch(/^aarch64: web 1\.0\.0: job /m);
    expect(said).toMatch(/✔ aarch64 disk /);
    expect(stdout).toMatch(
      /^web@1\.0\.0 published in .*:\n {2}x86_64 .*, sha256 \w{64}\n {2}aarch64 .*, sha256 \w{64}\n {2}get one: gild export web@1\.0\.0 --arch x86_64 -o web\.qcow2\n$/,
    );
    expect(farm.faults).toStrictEqual([]);
  });

  it('is printed, listed, shown, verified and exported by architecture, and answers who asks again', async () => {
    const file = definition();
    const first = JSON.parse((await run('build', file, '--json')).stdout) as Built;
    expect(first.jobs?.map(({ arch, status }) => [arch, status])).toStrictEqual([
      ['x86_64', 'completed'],
      ['aarch64', 'completed'],
    ]);
    expect(first.job).toStrictEqual(first.jobs?.[0]);
    expect(first.version?.artifacts.map(({ arch }) => arch)).toStrictEqual(['x86_64', 'aarch64']);
    const again = await run('build', file);
    expect(again.stdout).toContain(
      'web@1.0.0 published before from the same definition and taskservs (--no-cache builds it anew):',
    );
    const one = await run('build', file, '--arch', 'arm64', '--json');
    expect(JSON.parse(one.stdout)).toMatchObject({ job: { arch: 'aarch64' }, version: { version: '1.0.0' } });
    expect(JSON.parse(one.stdout)).not.toHaveProperty('jobs');

    const lines = (await run('versions', 'web')).stdout.split('\n');
    expect(lines[1]).toMatch(/^1\.0\.0 +published +- +x86_64 /);
    expect(lines[2]).toMatch(/^1\.0\.0 +published +- +aarch64 /);
    const shown = (await run('show', 'web')).stdout;
    expect(shown).toMatch(/^build +1, job \w{26} for x86_64, job \w{26} for aarch64$/m);
    expect(shown).toMatch(/^aarch64 +.* qcow2, sha256 /m);
    expect((await run('jobs')).stdout).toMatch(/ aarch64 +completed /);
    expect((await run('verify', 'web@1.0.0')).stdout).toMatch(/x86_64 sha256 \w{64}, aarch64 sha256 \w{64}/);

    const disk = file.replace('web.json', 'out.qcow2');
    const undecided = await run('export', 'web', '-o', disk);
    expect(undecided).toMatchObject({ code: 2, stdout: '' });
    expect(undecided.said).toContain('has images for x86_64 and aarch64: choose one of them with --arch');
    expect((await run('export', 'web', '--arch', 'aarch64', '-o', disk)).code).toBe(0);
    expect(readFileSync(disk, 'utf8')).toBe('disk for aarch64');
  });

  it('fails as a whole when one cannot be built, names it, and leaves no half version', async () => {
    const fake = farm.builders.get('aarch64');
    if (fake === undefined) throw new Error('there is an agent for aarch64');
    fake.onBoot = async () => ({ passed: false, failure: 'the kernel panicked' });
    const other = farm.builders.get('x86_64');
    if (other === undefined) throw new Error('there is an agent for x86_64');
    other.onBuild = (_step, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const { code, stdout } = await run('build', definition());
    expect(code).toBe(1);
    expect(stdout).toMatch(/^web@1\.0\.0 failed for aarch64: .*the kernel panicked/);
    expect((await run('versions', 'web')).stdout).not.toContain('1.0.0');
    expect(await farm.scheduler.jobs()).toMatchObject([
      expect.objectContaining({ status: 'failed' }),
      expect.objectContaining({ status: 'failed' }),
    ]);
    fake.onBoot = async () => ({});
    other.onBuild = async () => undefined;
    const next = JSON.parse((await run('build', definition(), '--json')).stdout) as Built;
    expect(next.version).toMatchObject({ version: '1.0.0', build_number: 2 });
  });

  it('is built for one of them alone where that is asked for', async () => {
    const built = JSON.parse(
      (await run('build', definition(), '--arch', 'aarch64', '--json')).stdout,
    ) as Built;
    expect(built).not.toHaveProperty('jobs');
    expect(built.version?.artifacts.map(({ arch }) => arch)).toStrictEqual(['aarch64']);
    expect((await run('build', definition())).stdout).toContain('web@1.0.1 published in');
  });

  it('is cancelled as a whole by Ctrl-C', async () => {
    const interrupt = new AbortController();
    for (const fake of farm.builders.values()) {
      fake.onBuild = (_step, signal) => {
        interrupt.abort();
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      };
    }
    const { code, said } = await gild.run(['build', definition()], interrupt.signal);
    expect(code).toBe(130);
    expect(said.match(/cancelling the build/g)).toHaveLength(1);
    const jobs = await farm.scheduler.jobs();
    expect(jobs.map(({ failure_class: failureClass }) => failureClass)).toStrictEqual([
      'cancelled',
      'cancelled',
    ]);
  });
});
