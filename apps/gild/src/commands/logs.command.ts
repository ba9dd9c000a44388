import type { GoldenImageBuildJob } from '@gild/contracts';
import type { Command } from 'commander';
import { following } from '../client/following.js';
import type { HttpClient } from '../client/http-client.js';
import type { Session } from '../client/session.js';
import { homeOf } from '../farm/home.js';
import { printable } from '../output/format.js';
import { apiPath, type CommonOptions, type Context, get, withServer } from './context.js';
import { patienceFor } from './follow-build.js';
import { examples } from './option-texts.js';

type Flags = CommonOptions & { follow?: boolean; raw?: boolean; at?: string };

/** `gild logs ID [-f]`. */
export const logsCommand = (program: Command, context: Context): void => {
  program
    .command('logs <id>')
    .description('print the log of a build')
    .option('-f, --follow', 'go on until the build has ended')
    .option('--at <moment>', 'what was complete of it at a time (ISO 8601) or position of the log of events')
    .option('--raw', 'print bytes as they were written; escape sequences may change your terminal')
    .option('--json', 'print one JSON document, {job_id, log}; with -f it is whole when the build has ended')
    .addHelpText(
      'after',
      examples('gild logs 01JNQ4T7V8Z0E5W6X9Y2A3B4C5', 'gild logs -f 01JNQ4T7V8Z0E5W6X9Y2A3B4C5'),
    )
    .action((id: string, flags: Flags) => logs(id, flags, context));
};

const logs = (id: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client, session) => {
    const signal = context.interrupted;
    const follow = flags.follow === true;
    const job = (await get(client, apiPath(['jobs', id], { at: flags.at }))) as GoldenImageBuildJob;
    const tell = follow ? waitingNote(job, context, session) : () => undefined;
    const telling: Pick<HttpClient, 'events'> = {
      events: (call) => {
        tell();
        return client.events(call);
      },
    };
    const path = apiPath(['jobs', id, 'logs'], { follow: follow ? 'true' : undefined, at: flags.at });
    const patience = patienceFor(id, { context, session, signal });
    const writer = logWriter(id, flags, context);
    const isLast = ({ event }: { event: string }) => event === 'end';
    for await (const { event, data } of following(path, { client: telling, patience, isLast, signal })) {
      if (event === 'log') writer.write(Buffer.from((data as { base64: string }).base64, 'base64'));
    }
    writer.end();
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

/** Writes piece by piece, the document too: a log may be larger than memory. */
const logWriter = (id: string, { json, raw }: Flags, { terminal }: Context) => {
  const decoder = new TextDecoder();
  const text = (bytes?: Uint8Array) => decoder.decode(bytes, { stream: bytes !== undefined });
  if (json === true) {
    let before = `{"job_id":${JSON.stringify(id)},"log":"`; // not before the build is known to exist
    const put = (part: string) => {
      terminal.out(before + JSON.stringify(part).slice(1, -1));
      before = '';
    };
    return {
      write: (bytes: Uint8Array) => put(text(bytes)),
      end: () => {
        put(text());
        terminal.out('"}\n');
      },
    };
  }
  if (raw === true) {
    return { write: (bytes: Uint8Array) => void process.stdout.write(bytes), end: () => undefined };
  }
  return {
    write: (bytes: Uint8Array) => terminal.out(printable(text(bytes))),
    end: () => terminal.out(printable(text())),
  };
};
