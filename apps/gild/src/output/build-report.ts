import type { GoldenImageBuildJob } from '@gild/contracts';
import { duration, missText, printable } from './format.js';
import { progressLine, progressLineOfSeveral, remainingMs } from './progress-bar.js';
import type { Terminal } from './terminal.js';

type Step = GoldenImageBuildJob['steps'][number];

/**
 * Tells a person how a build goes: a line for each finished step and change of state, a bar for what is under way. Where `several` jobs
 * make one version, each line names the architecture.
 */
export const buildReport = (terminal: Terminal, now: () => number, several = false) => {
  const jobs = new Map<string, ReturnType<typeof jobReport>>();
  const reportOf = ({ job_id: id, arch }: GoldenImageBuildJob) => {
    const report = jobs.get(id) ?? jobReport(terminal, several ? arch : undefined);
    jobs.set(id, report);
    return report;
  };
  return {
    update: (job: GoldenImageBuildJob): void => reportOf(job).update(job),
    draw: (): void => {
      const latest = [...jobs.values()].flatMap((report) => report.latest() ?? []);
      const started = latest.flatMap(({ started_at }) => started_at ?? []).sort();
      const [first] = latest;
      if (first === undefined || started[0] === undefined) return;
      const elapsedMs = now() - Date.parse(started[0]);
      terminal.status(several ? severalLine(first.image_name, latest, elapsedMs) : oneLine(first, elapsedMs));
    },
  };
};

const stepOf = ({ current_step, status }: GoldenImageBuildJob): string => current_step ?? status;

const oneLine = (job: GoldenImageBuildJob, elapsedMs: number) => {
  const percent = job.progress_percent;
  const etaMs = remainingMs(percent, elapsedMs);
  const state = { label: job.image_name, percent, step: stepOf(job), elapsedMs, etaMs };
  return (columns: number) => progressLine(state, columns);
};

const severalLine = (label: string, jobs: readonly GoldenImageBuildJob[], elapsedMs: number) => {
  const parts = jobs.map((job) => ({ arch: job.arch, percent: job.progress_percent, step: stepOf(job) }));
  return (columns: number) => progressLineOfSeveral({ label, elapsedMs, parts }, columns);
};

/** Of one job; `arch` is named in each line where it is given. */
const jobReport = (terminal: Terminal, arch: string | undefined) => {
  const told = new Set<string>();
  let waiting: string | undefined;
  let latest: GoldenImageBuildJob | undefined;
  const tell = (line: string) => terminal.note(arch === undefined ? line : `${arch}: ${line}`);

  const once = (key: string, how: () => void) => {
    if (!told.has(key)) how();
    told.add(key);
  };

  const tellWaiting = (reason: string | undefined) => {
    if (reason !== undefined && reason !== waiting) tell(`waiting: ${reason}`);
    waiting = reason;
  };

  return {
    latest: () => latest,
    update: (job: GoldenImageBuildJob): void => {
      once('start', () => tell(`${job.image_name} ${job.image_version}: job ${job.job_id}`));
      tellWaiting(job.waiting_reason);
      if (job.emulated === true) {
        const text = `${job.arch} is emulated on ${job.agent_id}, which takes its time`;
        once(`emulated ${job.attempt}`, () => tell(text));
      }
      if (job.attempt > 1) {
        const text = `attempt ${job.attempt}: ${printable(job.last_error ?? 'once more')}`;
        once(`attempt ${job.attempt}`, () => tell(text));
      }
      for (const step of job.steps.filter(({ duration_ms: ms }) => ms !== undefined)) {
        once(`${job.attempt}/${step.name}`, () => terminal.note(stepLine(step, terminal, arch)));
      }
      latest = job;
    },
  };
};

const stepLine = (step: Step, { colours }: Terminal, arch: string | undefined): string => {
  const of = arch === undefined ? '' : arch.padEnd(8);
  const took = duration(step.duration_ms ?? 0).padStart(10);
  if (step.status === 'skipped') return colours.dim(`  - ${of}${step.name} (switched off)`);
  const mark = step.status === 'failed' ? colours.red('✗') : colours.green('✔');
  return `  ${mark} ${of}${step.name.padEnd(28)} ${took}  ${colours.dim(cacheText(step))}`.trimEnd();
};

const cacheText = ({ cache, miss_reason, nearest_layer }: Step): string => {
  if (cache === 'hit') return 'cached';
  return cache === 'miss' ? `built: ${printable(missText(miss_reason ?? 'not cached', nearest_layer))}` : '';
};
