import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import type { HttpClient } from '../client/http-client.js';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string };
type HistoryFlags = Flags & { why?: boolean };
type ToldEvent = { position: string; time: string; actor: string; sentence: string };
type History = { subject: string; entries: (ToldEvent & { causes?: ToldEvent[] })[]; next?: string };

const PAGE_MS = 90_000;

/** `gild history SUBJECT`, `gild registry export`. */
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
