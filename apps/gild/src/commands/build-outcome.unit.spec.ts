import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { outcomeText, toldJob } from './build-outcome.js';

const job = {
  job_id: '0000000000984EQEVHT3K65272',
  image_name: 'web',
  image_version: '1.0.0',
  image_config: { disk_format: 'qcow2' },
  status: 'completed',
  duration_seconds: 90,
} as GoldenImageBuildJob;
const version = { image_size_gb: 0.5, checksum: 'c'.repeat(64), artifacts: [{}] } as GoldenImageVersion;

describe('the end of a build', () => {
  it.each([
    ['built', 'web@1.0.0 published in 1 min 30 s:'],
    ['joined', 'web@1.0.0 published in 1 min 30 s by the build under way that this one joined:'],
    [
      'before',
      'web@1.0.0 published before from the same definition and taskservs (--no-cache builds it anew):',
    ],
  ] as const)('tells a version that was %s', (how, text) => {
    expect(outcomeText({ job, jobs: [job], version, how })).toContain(text);
  });
});

describe('the end of a build for several architectures', () => {
  const at = (seconds: number) => `2026-11-23T09:00:${String(seconds).padStart(2, '0')}.000Z`;
  const of = (arch: 'x86_64' | 'aarch64', rest: Partial<GoldenImageBuildJob> = {}) => ({
    ...job,
    job_id: `job-${arch}`,
    arch,
    ...rest,
  });
  const failed = (arch: 'x86_64' | 'aarch64', rest: Partial<GoldenImageBuildJob>) =>
    of(arch, { status: 'failed', error_message: `no ${arch}`, ...rest });
  const takenAlong = { failure_class: 'cancelled', cancelled_by: 'scheduler' } as const;
  const incomplete = { failure_class: 'cancelled', failure_code: 'VERSION_INCOMPLETE' } as const;
  const textOf = (jobs: GoldenImageBuildJob[], made: GoldenImageVersion | null) =>
    outcomeText({ job: toldJob(jobs), jobs, version: made, how: 'built' });

  it('lists every image, and says how long all took together', () => {
    const artifact = { format: 'qcow2', size_bytes: 1024, checksum: 'd'.repeat(64) };
    const artifacts = [
      { ...artifact, arch: 'x86_64' },
      { ...artifact, arch: 'aarch64' },
    ];
    const jobs = [
      of('x86_64', { started_at: at(0), completed_at: at(20) }),
      of('aarch64', { started_at: at(5), completed_at: at(30) }),
    ];
    expect(textOf(jobs, { ...version, artifacts } as GoldenImageVersion)).toBe(
      [
        'web@1.0.0 published in 30.0 s:',
        `  x86_64  1.02 kB, sha256 ${'d'.repeat(64)}`,
        `  aarch64 1.02 kB, sha256 ${'d'.repeat(64)}`,
        '  get one: gild export web@1.0.0 --arch x86_64 -o web.qcow2',
        '',
      ].join('\n'),
    );
  });

  it('names every job of a build that is left alone', () => {
    const jobs = [of('x86_64', { status: 'queued' }), of('aarch64', { status: 'queued' })];
    expect(textOf(jobs, null)).toBe(
      'web@1.0.0 is queued: job job-x86_64 for x86_64, job job-aarch64 for aarch64\n',
    );
  });

  it.each([
    [takenAlong, { failure_class: 'install' }, 'failed for aarch64: no aarch64'],
    [incomplete, { failure_class: 'test' }, 'failed for aarch64'],
    [takenAlong, { failure_class: 'cancelled', cancelled_by: 'ada' }, 'was cancelled for aarch64'],
    [takenAlong, { ...incomplete, cancelled_by: 'ada' }, 'was cancelled for aarch64'],
  ] as const)('blames the one that stopped the others: of %j and %j the second', (first, second, text) => {
    expect(textOf([failed('x86_64', first), failed('aarch64', second)], null)).toContain(text);
    expect(textOf([failed('aarch64', second), failed('x86_64', first)], null)).toContain(text);
  });
});
