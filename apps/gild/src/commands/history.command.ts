import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import type { HttpClient } from '../client/http-client.js';
import { EXIT } from '../exit-codes.js';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, LONG_WORK, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string; verify?: boolean };
type HistoryFlags = Flags & { why?: boolean };
type ToldEvent = { position: string; time: string; actor: string; sentence: string };
type History = { subject: string; entries: (ToldEvent & { causes?: ToldEvent[] })[]; next?: string };
type Replay = {
  equal: boolean;
  views: { view: string; events: number; opaque: number; equal: boolean; digest: string }[];
};

const PAGE_MS = 90_000;

/** `gild history SUBJECT`, `gild registry export`, `gild replay --verify`. */
export const historyCommands = (program: Command, context: Context): void => {
  historyCommand(program, context);
  program
    .command('registry')
    .description('the registry as one document')
    .addHelpText('after', examples('gild registry export'))
    .command('export')
    .description('print the whole registry, now or as of any moment')
    .option(...AT)
    .option('--json', 'accepted for uniformity: the output is always JSON')
    .addHelpText(
      'after',
      examples('gild registry export > registry.json', 'gild registry export --at 2026-03-01T12:00:00Z'),
    )
    .action((flags: Flags) => registryExport(flags, context));
  program
    .command('replay')
    .description('rebuild every view from the events and compare it with the served one')
    .requiredOption('--verify', 'compare and report')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild replay --verify'))
    .action((flags: Flags) => replay(flags, context));
};

const historyCommand = (program: Command, context: Context): void => {
  program
    .command('history <subject>')
    .description(
      'everything that happened to an image, IMAGE@VERSION, job, agent, VM or host (vm:NAME, host:NAME where something else has the name too), or that actor:NAME did',
    )
    .option('--at <moment>', 'only up to a time (ISO 8601) or position')
    .option('--why', 'also what led to each event, wherever that happened')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild history web-server',
        'gild history web-server@1.2.0 --at 2026-03-01T12:00:00Z',
        'gild history web-server@1.2.0 --why',
        'gild history vm:vm-17',
        'gild history actor:ada --at 2026-03-01',
      ),
    )
    .action((subject: string, flags: HistoryFlags) => history(subject, flags, context));
};

const history = (subject: string, flags: HistoryFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const query = { at: flags.at, causes: flags.why === true ? 'true' : undefined };
    const found = await wholeHistory(subject, query, client);
    printer(context, flags)(found, ({ entries }) =>
      table(
        ['time', 'by', 'what'],
        withReasons(entries).map(({ time, actor, sentence }) => [time, actor, sentence]),
      ),
    );
  });

/** What an actor did comes in pages, of which many may be empty. */
const wholeHistory = async (
  subject: string,
  query: { at: string | undefined; causes: string | undefined },
  client: HttpClient,
): Promise<Omit<History, 'next'>> => {
  const entries: History['entries'] = [];
  let after: string | undefined;
  do {
    const path = apiPath(['history', subject], { ...query, after });
    const page = (await get(client, path, { withinMs: PAGE_MS })) as History;
    entries.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  if (entries.length > 0) return { subject, entries };
  throw new Fault('SUBJECT_NOT_FOUND', `nothing is recorded about ${subject}`);
};

/** Each event, and below it those that led to it until one that the history tells anyway. */
const withReasons = (entries: History['entries']): ToldEvent[] => {
  const positions = new Set(entries.map(({ position }) => position));
  return entries.flatMap(({ causes = [], ...entry }) => {
    const end = causes.findIndex(({ position }) => positions.has(position));
    const elsewhere = end < 0 ? causes : causes.slice(0, end);
    return [entry, ...elsewhere.map((cause) => ({ ...cause, sentence: `because ${cause.sentence}` }))];
  });
};

const registryExport = (flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = await get(client, apiPath(['registry'], { at: flags.at }));
    context.terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  });

const replay = (flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['replay']), LONG_WORK.reading)) as Replay;
    if (!found.equal) context.setExitCode(EXIT.failed);
    printer(context, flags)(found, ({ views, equal }) => {
      const rows = views.map((view) => [
        view.view,
        String(view.events),
        view.equal ? 'equal' : 'DIFFERS',
        view.digest.slice(0, 12),
      ]);
      const verdict = equal
        ? 'every view follows from the events'
        : 'a served view does not follow from the events';
      const passedOver = views.filter(({ opaque }) => opaque > 0).map(passedOverText);
      return `${table(['view', 'events', 'result', 'digest'], rows)}${passedOver.join('')}${verdict}\n`;
    });
  });

const passedOverText = ({ view, opaque }: Replay['views'][number]): string =>
  `${view} passed over ${String(opaque)} events that only a newer release knows\n`;
