import type { GoldenImageBuildJob, GoldenImageVersion, ImageArtifact } from '@gild/contracts';
import { bytes, duration, printable } from '../output/format.js';
import type { Built } from './follow-build.js';

/** `joined`: another request's build was under way; `before`: the version was there when it was asked for. */
export type Outcome = Built & { how: 'built' | 'joined' | 'before' };

/** The job that tells how the build stands: the first, or the one for whose sake there is no version. */
export const toldJob = (jobs: readonly GoldenImageBuildJob[]): GoldenImageBuildJob => {
  const failed = jobs.filter(({ status }) => status === 'failed');
  const told = failed.find(isToBlame) ?? failed.find((job) => !wasTakenAlong(job)) ?? failed[0] ?? jobs[0];
  if (told === undefined) throw new Error('a build has at least one job');
  return told;
};

const isToBlame = (job: GoldenImageBuildJob): boolean => job.failure_class !== 'cancelled';

/** Ended by the farm, because another architecture has no image; what somebody cancelled was ended by them, whatever is said of it. */
const wasTakenAlong = ({ cancelled_by: by, failure_code: code }: GoldenImageBuildJob): boolean =>
  by === undefined ? code === 'VERSION_INCOMPLETE' : by === 'scheduler';

/** How a build ended, for people. */
export const outcomeText = (outcome: Outcome): string => {
  const { job, jobs, version } = outcome;
  const name = `${job.image_name}@${job.image_version}`;
  if (job.status === 'failed') {
    const end = job.failure_class === 'cancelled' ? 'was cancelled' : 'failed';
    const arch = jobs.length > 1 ? ` for ${job.arch}` : '';
    return `${name} ${end}${arch}: ${printable(job.error_message ?? '')}\n  log: gild logs ${job.job_id}\n`;
  }
  if (version === null) return `${name} is queued: ${jobs.map(jobText).join(', ')}\n`;
  return `${name} published${whenText(outcome)}:${publishedText(name, { ...outcome, version })}`;
};

const jobText = ({ job_id: id, arch }: GoldenImageBuildJob, _: number, all: readonly unknown[]): string =>
  all.length > 1 ? `job ${id} for ${arch}` : `job ${id}`;

const whenText = ({ jobs, how }: Outcome): string => {
  const took = ` in ${duration(tookMs(jobs))}`;
  switch (how) {
    case 'built':
      return took;
    case 'joined':
      return `${took} by the build under way that this one joined`;
    case 'before':
      return ' before from the same definition and taskservs (--no-cache builds it anew)';
  }
};

/** Of several jobs from the first start to the last end. */
const tookMs = (jobs: readonly GoldenImageBuildJob[]): number => {
  const [only, ...others] = jobs;
  if (others.length === 0) return (only?.duration_seconds ?? 0) * 1000;
  const starts = jobs.map(({ started_at: at }) => Date.parse(at ?? ''));
  const ends = jobs.map(({ completed_at: at }) => Date.parse(at ?? ''));
  return Math.max(...ends) - Math.min(...starts) || 0;
};

const publishedText = (name: string, { job, version }: Built & { version: GoldenImageVersion }): string => {
  const { artifacts, image_size_gb: sizeGb, checksum } = version;
  const file = `${job.image_name}.${job.image_config.disk_format}`;
  const [first, ...others] = artifacts;
  if (first === undefined || others.length === 0)
    return ` ${bytes(sizeGb * 1024 ** 3)}, sha256 ${checksum}\n  get it: gild export ${name} -o ${file}\n`;
  return `\n${artifacts.map(artifactLine).join('')}  get one: gild export ${name} --arch ${first.arch} -o ${file}\n`;
};

const artifactLine = ({ arch, size_bytes: size, checksum }: ImageArtifact): string =>
  `  ${arch.padEnd(8)}${bytes(size)}, sha256 ${checksum}\n`;
