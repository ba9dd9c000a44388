import type { GoldenImageBuildJob } from '@gild/contracts';
import type { Command } from 'commander';
import { following } from '../client/following.js';
import type { HttpClient } from '../client/http-client.js';
import type { Session } from '../client/session.js';
import { homeOf } from '../farm/home.js';
import { printable } from '../output/format.js';
import { apiPath, type Context, get, withServer } from './context.js';
import { patienceFor } from './follow-build.js';

type Flags = { follow?: boolean; raw?: boolean };

/** `gild logs ID [-f]`. */
export const logsCommand = (program: Command, context: Context): void => {
  program
    .command('logs <id>')
    .description('print the log of a build')
    .option('-f, --follow', 'go on until the build has ended')
    .option('--raw', 'print bytes as they were written; escape sequences may change your terminal')
    .action((id: string, flags: Flags) => logs(id, flags, context));
};

const logs = (id: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client, session) => {
    const signal = context.interrupted;
    const follow = flags.follow === true;
    const job = (await get(client, apiPath(['jobs', id]))) as GoldenImageBuildJob;
    const tell = follow ? waitingNote(job, context, session) : () => undefined;
    const telling: Pick<HttpClient, 'events'> = {
      events: (call) => {
        tell();
        return client.events(call);
      },
    };
    const path = apiPath(['jobs', id, 'logs'], { follow: follow ? 'true' : undefined });
    const patience = patienceFor(id, { context, session, signal });
    const decoder = new TextDecoder();
    const isLast = ({ event }: { event: string }) => event === 'end';
    for await (const { event, data } of following(path, { client: telling, patience, isLast, signal })) {
      if (event !== 'log') continue;
      const bytes = Buffer.from((data as { base64: string }).base64, 'base64');
      if (flags.raw === true) process.stdout.write(bytes);
      else context.terminal.out(printable(decoder.decode(bytes, { stream: true })));
    }
  });

/** Says what an open job waits for, before each connection that gives another answer than the one before. */
const waitingNote = (job: GoldenImageBuildJob, context: Context, session: Session): (() => void) => {
  let told: string | undefined;
  return () => {
    const reason = waitingFor(job, context, session);
    if (reason !== undefined && reason !== told) context.terminal.note(reason);
    told = reason;
  };
};

const waitingFor = (job: GoldenImageBuildJob, { env }: Context, session: Session): string | undefined => {
  if (job.status === 'completed' || job.status === 'failed') return undefined;
  if (session.server() === 'reading') {
    return `no farm runs on ${homeOf(env).root}, so ${job.job_id} waits for one: start it with gild up`;
  }
  return job.waiting_reason === undefined ? undefined : `${job.job_id} waits: ${job.waiting_reason}`;
};
