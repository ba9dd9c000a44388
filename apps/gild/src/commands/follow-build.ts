import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { systemClock } from '@gild/node-runtime';
import { faultCode } from '@gild/ports';
import { following } from '../client/following.js';
import type { HttpClient } from '../client/http-client.js';
import { Patience } from '../client/patience.js';
import type { Session } from '../client/session.js';
import { toldJob } from './build-outcome.js';
import { hopelessness, whyHopeless } from './hopeless-build.js';
import { buildReport } from '../output/build-report.js';
import { apiPath, type Context, get } from './context.js';

const REDRAW_MS = 200;

/**
 * How a build stands: one job for each architecture of the version. `job` is the first, or the one to blame where there is no
 * version.
 */
export type Built = {
  job: GoldenImageBuildJob;
  jobs: readonly GoldenImageBuildJob[];
  version: GoldenImageVersion | null;
};

export type FollowOptions = {
  context: Context;
  session: Session;
  quiet: boolean;
  /** The build was asked for by somebody else. */
  joined: boolean;
};

/**
 * Follows the jobs of a version until all have ended, over as many connections as that takes. The first Ctrl-C asks the farm to cancel
 * and goes on following, so that the end that is reported is the real one; a build of somebody else is left alone instead.
 * Fault: EMULATOR_MISSING or TOOL_MISSING when the farm is this host's alone, which lacks what the build needs.
 */
export const followBuild = async (
  jobs: readonly GoldenImageBuildJob[],
  { context, session, quiet, joined }: FollowOptions,
): Promise<Built> => {
  const { terminal, interrupted } = context;
  const { client } = session;
  const report = buildReport(terminal, Date.now, jobs.length > 1);
  const redraw = quiet ? undefined : setInterval(report.draw, REDRAW_MS);
  const ids = jobs.map(({ job_id: id }) => id);
  const onInterrupt = () => {
    if (joined) return terminal.note(leftAlone(ids[0] ?? '', session));
    terminal.note('cancelling the build; press Ctrl-C again to leave at once');
    for (const id of ids) void cancelBuild(id, { context, client, reason: 'interrupted' });
  };
  if (interrupted.aborted) onInterrupt();
  interrupted.addEventListener('abort', onInterrupt, { once: true });
  try {
    const hopeless = hopelessness(session);
    const ended = await allEnds(ids, { context, session, joined }, async (update) => {
      if (!quiet) report.update(update);
      if (!hopeless.of(update)) return;
      if (joined) throw await hopeless.fault(update);
      void cancelBuild(update.job_id, { context, client, reason: whyHopeless(update) });
    });
    await hopeless.throwIfItWas();
    return await outcomeOf(ended, { context, session });
  } finally {
    clearInterval(redraw);
    interrupted.removeEventListener('abort', onInterrupt);
    terminal.clearStatus();
  }
};

type OnUpdate = (job: GoldenImageBuildJob) => Promise<void>;

type Following = Pick<FollowOptions, 'context' | 'session' | 'joined'>;

/** The last document of each job. When one cannot be followed any more, none is. */
const allEnds = async (
  ids: readonly string[],
  { context, session, joined }: Following,
  onUpdate: OnUpdate,
): Promise<GoldenImageBuildJob[]> => {
  const givenUp = new AbortController();
  const signal = AbortSignal.any([givenUp.signal, ...(joined ? [context.interrupted] : [])]);
  const ends = ids.map(async (id) => {
    try {
      const patience = patienceFor(id, { context, session, signal });
      const options = { client: session.client, patience, isLast: isEndOfJob, signal };
      return await lastJob(following(apiPath(['jobs', id, 'events']), options), onUpdate);
    } catch (error) {
      givenUp.abort(error);
      throw givenUp.signal.reason;
    }
  });
  await Promise.allSettled(ends);
  return Promise.all(ends);
};

const outcomeOf = async (
  jobs: readonly GoldenImageBuildJob[],
  { context, session }: Pick<FollowOptions, 'context' | 'session'>,
): Promise<Built> => {
  const job = toldJob(jobs);
  const patience = patienceFor(job.job_id, { context, session });
  const version = job.status === 'completed' ? () => versionOf(job, session.client) : async () => null;
  return { job, jobs, version: await patience.untilAnswered(version) };
};

/** The version a completed job made. */
export const versionOf = async (job: GoldenImageBuildJob, client: HttpClient): Promise<GoldenImageVersion> =>
  (await get(
    client,
    apiPath(['images', job.image_name, 'versions', job.image_version]),
  )) as GoldenImageVersion;

/** Patience of somebody who follows a job the server has answered about. */
export const patienceFor = (
  jobId: string,
  { context, session, signal }: { context: Context; session: Session; signal?: AbortSignal | undefined },
): Patience =>
  new Patience({
    clock: systemClock,
    note: context.terminal.note,
    givingUp: `no answer from the server for a minute; ${goesOn(jobId)}`,
    signal,
    renew: session.renew,
  });

const goesOn = (jobId: string): string => `the build goes on: follow it again with gild logs -f ${jobId}`;

/** Where nobody else runs the farm, it ends with this process, and its builds wait in it. */
const leftAlone = (jobId: string, { server }: Pick<Session, 'server'>): string =>
  server() === 'own'
    ? 'the build waits for the next farm here: gild up, or the same gild build again, goes on with it'
    : goesOn(jobId);

const isEndOfJob = ({ event, data }: { event: string; data: unknown }): boolean =>
  event === 'job' && ['completed', 'failed'].includes((data as GoldenImageBuildJob).status);

const lastJob = async (
  events: AsyncIterable<{ event: string; data: unknown }>,
  onUpdate: OnUpdate,
): Promise<GoldenImageBuildJob> => {
  let last: GoldenImageBuildJob | undefined;
  for await (const { event, data } of events) {
    if (event !== 'job') continue;
    last = data as GoldenImageBuildJob;
    await onUpdate(last);
  }
  if (last === undefined) throw new Error('a followed job ends with its document');
  return last;
};

type Cancellation = { context: Context; client: HttpClient; reason: string };

const cancelBuild = async (jobId: string, cancellation: Cancellation): Promise<void> => {
  const { context, client, reason } = cancellation;
  const { terminal } = context;
  try {
    const path = apiPath(['jobs', jobId, 'cancellation']);
    await client.json({ method: 'POST', path, body: { reason }, repeatable: true });
  } catch (error) {
    if (faultCode(error) === 'JOB_ENDED') return;
    terminal.note(`could not cancel: ${error instanceof Error ? error.message : String(error)}`);
  }
};
