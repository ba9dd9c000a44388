import type { GoldenImageBuildJob } from '@gild/contracts';
import { duration, missText, printable } from './format.js';
import { progressLine, remainingMs } from './progress-bar.js';
import type { Terminal } from './terminal.js';

type Step = GoldenImageBuildJob['steps'][number];

/** Tells a person how a build goes: a line for each finished step and change of state, a bar for the one under way. */
export const buildReport = (terminal: Terminal, now: () => number) => {
  const told = new Set<string>();
  let waiting: string | undefined;
  let latest: GoldenImageBuildJob | undefined;

  const once = (key: string, line: string) => {
    if (!told.has(key)) terminal.note(line);
    told.add(key);
  };

  const tellWaiting = (reason: string | undefined) => {
    if (reason !== undefined && reason !== waiting) terminal.note(`waiting: ${reason}`);
    waiting = reason;
  };

  return {
    update: (job: GoldenImageBuildJob): void => {
      if (latest === undefined) once('start', `${job.image_name} ${job.image_version}: job ${job.job_id}`);
      tellWaiting(job.waiting_reason);
      if (job.emulated === true) {
        once(`emulated ${job.attempt}`, `${job.arch} is emulated on ${job.agent_id}, which takes its time`);
      }
      if (job.attempt > 1) {
        once(`attempt ${job.attempt}`, `attempt ${job.attempt}: ${printable(job.last_error ?? 'once more')}`);
      }
      for (const step of job.steps.filter(({ duration_ms: ms }) => ms !== undefined)) {
        once(`${job.attempt}/${step.name}`, stepLine(step, terminal));
      }
      latest = job;
    },
    draw: (): void => {
      const job = latest;
      if (job?.started_at === undefined) return;
      const elapsedMs = now() - Date.parse(job.started_at);
      const percent = job.progress_percent;
      const step = job.current_step ?? job.status;
      const etaMs = remainingMs(percent, elapsedMs);
      terminal.status((columns) =>
        progressLine({ label: job.image_name, percent, step, elapsedMs, etaMs }, columns),
      );
    },
  };
};

const stepLine = (step: Step, { colours }: Terminal): string => {
  const took = duration(step.duration_ms ?? 0).padStart(10);
  if (step.status === 'skipped') return colours.dim(`  - ${step.name} (switched off)`);
  const mark = step.status === 'failed' ? colours.red('✗') : colours.green('✔');
  return `  ${mark} ${step.name.padEnd(28)} ${took}  ${colours.dim(cacheText(step))}`.trimEnd();
};

const cacheText = ({ cache, miss_reason, nearest_layer }: Step): string => {
  if (cache === 'hit') return 'cached';
  return cache === 'miss' ? `built: ${printable(missText(miss_reason ?? 'not cached', nearest_layer))}` : '';
};
