import type { GoldenImageBuildJob } from '@gild/contracts';
import type { Command } from 'commander';
import { bootTable } from '../output/boot-table.js';
import { duration, missText, printable } from '../output/format.js';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string };
type CancelFlags = CommonOptions & { reason?: string };
type Why = { sentences: string[] };

/** `gild jobs`, `gild job ID`, `gild cancel ID`, `gild why ID`. */
export const jobCommands = (program: Command, context: Context): void => {
  program
    .command('jobs')
    .description('list builds, newest first')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild jobs', 'gild jobs --at 2026-03-01T12:00:00Z --json'))
    .action((flags: Flags) => jobs(flags, context));
  program
    .command('job <id>')
    .description('show one build with its steps')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild job 01JNQ4T7V8Z0E5W6X9Y2A3B4C5'))
    .action((id: string, flags: Flags) => job(id, flags, context));
  program
    .command('cancel <id>')
    .description('cancel a build')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild cancel 01JNQ4T7V8Z0E5W6X9Y2A3B4C5 --reason 'wrong release'"))
    .action((id: string, flags: CancelFlags) => cancel(id, flags, context));
  program
    .command('why <id>')
    .description('say why a build waits, was retried, missed the cache or failed')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild why 01JNQ4T7V8Z0E5W6X9Y2A3B4C5'))
    .action((id: string, flags: Flags) => why(id, flags, context));
};

const jobs = (flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['jobs'], { at: flags.at }))) as GoldenImageBuildJob[];
    printer(context, flags)(found, (list) =>
      table(
        ['job', 'image', 'version', 'arch', 'status', 'progress', 'took', 'note'],
        list.map((each) => [
          each.job_id,
          each.image_name,
          each.image_version,
          each.arch,
          each.failure_class === 'cancelled' ? 'cancelled' : each.status,
          `${Math.floor(each.progress_percent)} %`,
          each.duration_seconds === undefined ? '-' : duration(each.duration_seconds * 1000),
          (each.waiting_reason ?? each.error_message ?? each.current_step ?? '').slice(0, 60),
        ]),
      ),
    );
  });

const job = (id: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['jobs', id], { at: flags.at }))) as GoldenImageBuildJob;
    printer(context, flags)(found, jobText);
  });

const jobText = (job: GoldenImageBuildJob): string => {
  const facts = [
    `${job.image_name}@${job.image_version}${archOf(job)} ${job.status} (${Math.floor(job.progress_percent)} %), attempt ${job.attempt}${whereOf(job)}`,
    ...(job.version_jobs ?? []).filter(({ job_id: id }) => id !== job.job_id).map(otherJobText),
    ...(job.waiting_reason === undefined ? [] : [`waiting: ${job.waiting_reason}`]),
    ...(job.error_message === undefined ? [] : [`error: ${job.error_message}`]),
    ...(job.clean_up === undefined ? [] : [`cleaned up: ${job.clean_up}`]),
  ];
  const steps = job.steps.map((step) => [
    step.name,
    step.status,
    step.duration_ms === undefined ? '-' : duration(step.duration_ms),
    step.cache,
    step.miss_reason === undefined ? '' : missText(step.miss_reason, step.nearest_layer),
  ]);
  const stepTable = table(['step', 'status', 'took', 'cache', 'why not cached'], steps);
  return `${printable(facts.join('\n'))}\n${stepTable}${bootTable(job.boot_tests)}`;
};

const archOf = ({ version_jobs: all, arch }: GoldenImageBuildJob): string =>
  all === undefined ? '' : ` for ${arch}`;

const otherJobText = ({ arch, job_id: id }: { arch: string; job_id: string }): string =>
  `the version also needs the image for ${arch}: job ${id}`;

const whereOf = ({ agent_id, arch, emulated }: GoldenImageBuildJob): string =>
  agent_id === undefined ? '' : ` on ${agent_id}${emulated === true ? `, ${arch} emulated` : ''}`;

const cancel = (id: string, flags: CancelFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const body = flags.reason === undefined ? {} : { reason: flags.reason };
    await client.json({ method: 'POST', path: apiPath(['jobs', id, 'cancellation']), body });
    const found = (await get(client, apiPath(['jobs', id]))) as GoldenImageBuildJob;
    printer(context, flags)(found, () => `${id}: cancellation asked for\n`);
  });

const why = (id: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['jobs', id, 'why'], { at: flags.at }))) as Why;
    printer(context, flags)(found, ({ sentences }) =>
      sentences.map((line) => `${printable(line)}\n`).join(''),
    );
  });
