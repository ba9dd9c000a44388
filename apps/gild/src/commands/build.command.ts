import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { bytes, duration, printable } from '../output/format.js';
import { buildOptions, type BuildFlags } from './build-options.js';
import { apiPath, type CommonOptions, type Context, get, withServer } from './context.js';
import { readDefinition } from './definition-file.js';
import { followBuild } from './follow-build.js';

type Flags = CommonOptions & BuildFlags & { detach?: boolean };

/** `gild build FILE`: define, build, boot-test, publish. */
export const buildCommand = (program: Command, context: Context): void => {
  program
    .command('build <file>')
    .description('build, boot-test and publish the image a definition file describes')
    .option('--arch <arch>', 'architecture, when the definition names several: x86_64 or aarch64')
    .option('--bump <part>', 'raise this part of the version: major, minor or patch')
    .option('--version <version>', 'publish under exactly this version')
    .option('--no-cache', 'use no cached layer and build even when nothing changed')
    .option('--no-boot-test', 'publish without booting the image first')
    .option('--priority <number>', 'higher builds run first, -100 to 100', '0')
    .option('--detach', 'return as soon as the build is queued (needs a running farm)')
    .option('--json', 'print {job, version} as one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  gild build examples/web-server.yaml\n  gild build web.yaml --bump minor --json',
    )
    .action((file: string, flags: Flags) => build(file, flags, context));
};

const build = async (file: string, flags: Flags, context: Context): Promise<void> => {
  const definition = await readDefinition(file);
  const body = { definition, options: buildOptions(flags) };
  await withServer(
    context,
    async (client, { embedded }) => {
      if (flags.detach === true && embedded) {
        throw new Fault(
          'INVALID_REQUEST',
          '--detach needs a farm that goes on running: start one with `gild up`',
        );
      }
      const asked = (await client.json({ method: 'POST', path: '/v1/builds', body })) as {
        job: GoldenImageBuildJob;
        created: boolean;
      };
      const quiet = flags.json === true;
      const over = flags.detach === true || asked.job.status === 'completed';
      const job = over ? asked.job : await followBuild(asked.job.job_id, { context, client, quiet });
      const path = apiPath(['images', job.image_name, 'versions', job.image_version]);
      const version = job.status === 'completed' ? ((await get(client, path)) as GoldenImageVersion) : null;
      report({ job, version, created: asked.created }, flags, context);
    },
    { building: true },
  );
};

type Outcome = { job: GoldenImageBuildJob; version: GoldenImageVersion | null; created: boolean };

const report = ({ job, version, created }: Outcome, flags: Flags, context: Context): void => {
  if (job.status === 'failed') context.setExitCode(failureExit(job));
  if (flags.json === true) {
    context.terminal.out(`${JSON.stringify({ job, version }, null, 2)}\n`);
    return;
  }
  context.terminal.out(outcomeText({ job, version, created }));
};

const exitByFailure: Readonly<Record<string, number>> = {
  FORBIDDEN_BY_POLICY: EXIT.refused,
  MIRROR_UNREACHABLE: EXIT.unreachable,
};

/** What the program exits with when the build failed. */
export const failureExit = ({ failure_code }: Pick<GoldenImageBuildJob, 'failure_code'>): number =>
  exitByFailure[failure_code ?? ''] ?? EXIT.failed;

const outcomeText = ({ job, version, created }: Outcome): string => {
  const name = `${job.image_name}@${job.image_version}`;
  if (job.status === 'failed') {
    const how = job.failure_class === 'cancelled' ? 'was cancelled' : 'failed';
    return `${name} ${how}: ${printable(job.error_message ?? '')}\n  log: gild logs ${job.job_id}\n`;
  }
  if (version === null) return `${name} is queued: job ${job.job_id}\n`;
  const took = created
    ? ` in ${duration((job.duration_seconds ?? 0) * 1000)}`
    : ' before; nothing changed since';
  const size = bytes((version.image_size_gb ?? 0) * 1024 ** 3);
  return `${name} published${took}: ${size}, sha256 ${version.checksum}\n  get it: gild export ${name} -o ${job.image_name}.${job.image_config.disk_format}\n`;
};
