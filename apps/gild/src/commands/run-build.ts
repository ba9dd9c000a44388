import type { GoldenImageBuildJob } from '@gild/contracts';
import { randomIds } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import type { HttpClient } from '../client/http-client.js';
import type { Session } from '../client/session.js';
import { EXIT } from '../exit-codes.js';
import { type Outcome, outcomeText, toldJob } from './build-outcome.js';
import { buildOptions, type BuildFlags } from './build-options.js';
import { type CommonOptions, type Context, withServer } from './context.js';
import { type Built, followBuild, versionOf } from './follow-build.js';

export type RunFlags = CommonOptions & BuildFlags & { detach?: boolean };

/** The flags of every command that asks for a build. */
export const withBuildFlags = (command: Command): Command =>
  command
    .option(
      '--arch <arch>',
      'build for this architecture alone: x86_64 or aarch64; default: all that the definition names',
    )
    .option('--bump <part>', 'raise this part of the version: major, minor or patch')
    .option('--version <version>', 'publish under exactly this version')
    .option(
      '--no-cache',
      'use no cached layer, and build even where a version of the same definition is there',
    )
    .option('--no-boot-test', 'publish without booting the image first')
    .option('--priority <number>', 'higher builds run first, -100 to 100', '0')
    .option('--detach', 'return as soon as the build is queued (needs a running farm)')
    .option('--json', 'print {job, version} as one JSON document, with {jobs} when there are several');

/** Asks for a build of the definition, follows it to its end unless it is left alone, and reports what became of it. */
export const runBuild = async (
  definitionOf: (client: HttpClient) => Promise<unknown>,
  flags: RunFlags,
  context: Context,
): Promise<void> => {
  const options = buildOptions(flags);
  const detach = flags.detach === true;
  await withServer(
    context,
    async (client, session) => {
      if (detach) mustLast(session);
      const asked = await askForBuild(session, { definition: await definitionOf(client), options });
      const how = howOf(asked);
      const following = { context, session, quiet: flags.json === true, joined: how === 'joined' };
      const built =
        detach || how === 'before' ? await asIs(asked, session) : await followBuild(asked.jobs, following);
      report({ ...built, how }, flags, context);
    },
    { purpose: detach ? 'reading' : 'building' },
  );
};

/** One job for each architecture. */
type Asked = { jobs: readonly GoldenImageBuildJob[]; created: boolean };

const askForBuild = async ({ client }: Session, body: unknown): Promise<Asked> => {
  const headers = { 'idempotency-key': randomIds.ulid() };
  const call = { method: 'POST', path: '/v1/builds', body, headers, repeatable: true };
  const reply = (await client.json(call)) as Partial<Asked> & { job: GoldenImageBuildJob };
  return { jobs: reply.jobs ?? [reply.job], created: reply.created === true };
};

const isCompleted = (jobs: readonly GoldenImageBuildJob[]): boolean =>
  jobs.every(({ status }) => status === 'completed');

const howOf = ({ jobs, created }: Asked): Outcome['how'] => {
  if (created) return 'built';
  return isCompleted(jobs) ? 'before' : 'joined';
};

const asIs = async ({ jobs }: Asked, { client }: Session): Promise<Built> => {
  const job = toldJob(jobs);
  return { job, jobs, version: isCompleted(jobs) ? await versionOf(job, client) : null };
};

/** A farm inside a command ends with it, and what it had queued would wait for the next one. */
const mustLast = (session: Session): void => {
  const server = session.server();
  if (server === 'remote' || server === 'up') return;
  const found = server === 'command' ? 'the farm that runs ends with the command it belongs to' : 'none runs';
  throw new Fault(
    'INVALID_REQUEST',
    `--detach needs a farm that goes on running, and ${found}: start one with \`gild up\`, or set GILD_URL`,
  );
};

const report = (outcome: Outcome, flags: RunFlags, context: Context): void => {
  const { job, jobs, version } = outcome;
  if (job.status === 'failed') context.setExitCode(failureExit(job, context.interrupted));
  if (flags.json === true) {
    const document = { job, ...(jobs.length > 1 && { jobs }), version };
    context.terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  context.terminal.out(outcomeText(outcome));
};

const exitByFailure: Readonly<Record<string, number>> = {
  FORBIDDEN_BY_POLICY: EXIT.refused,
  MIRROR_UNREACHABLE: EXIT.unreachable,
  TOOL_MISSING: EXIT.unreachable,
  EMULATOR_MISSING: EXIT.unreachable,
};

type Failure = Pick<GoldenImageBuildJob, 'failure_class' | 'failure_code'>;

/** What the program exits with when the build failed; cancelled by one's own Ctrl-C it ends as every command does. */
export const failureExit = (
  { failure_class, failure_code }: Failure,
  interrupted: Pick<AbortSignal, 'aborted'>,
): number => {
  if (failure_class === 'cancelled' && interrupted.aborted) return EXIT.interrupted;
  return exitByFailure[failure_code ?? ''] ?? EXIT.failed;
};
