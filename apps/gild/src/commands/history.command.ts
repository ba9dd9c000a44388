import type { Command } from 'commander';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';
import { wholeHistory, type HistoryEntry, type ToldEvent } from './whole-history.js';

type Flags = CommonOptions & { at?: string };
type HistoryFlags = Flags & { why?: boolean };

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
    const causes = flags.why === true ? 'true' : undefined;
    const asked = { at: flags.at, causes, asPrinted: flags.json !== true } as const;
    const found = await wholeHistory(subject, asked, client);
    printer(context, flags)(found, ({ entries }) =>
      table(
        ['time', 'by', 'what'],
        withReasons(entries).map(({ time, actor, sentence }) => [time, actor, sentence]),
      ),
    );
  });

/** Each event, and below it those that led to it until one that the history tells anyway. */
const withReasons = (entries: readonly HistoryEntry[]): ToldEvent[] => {
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
