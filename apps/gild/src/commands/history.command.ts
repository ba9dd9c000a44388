import type { Command } from 'commander';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string };
type HistoryEntry = { position: string; time: string; actor: string; what: string; sentence: string };

/** `gild history SUBJECT`, `gild registry export`. */
export const historyCommands = (program: Command, context: Context): void => {
  program
    .command('history <subject>')
    .description(
      'everything that happened to an image, IMAGE@VERSION, job, agent or VM (vm:NAME where something else has the name too)',
    )
    .option('--at <moment>', 'only up to a time (ISO 8601) or position')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild history web-server',
        'gild history web-server@1.2.0 --at 2026-03-01T12:00:00Z',
        'gild history vm:vm-17',
      ),
    )
    .action((subject: string, flags: Flags) => history(subject, flags, context));
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

const history = (subject: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['history', subject], { at: flags.at }))) as {
      entries: HistoryEntry[];
    };
    printer(context, flags)(found, ({ entries }) =>
      table(
        ['time', 'by', 'what'],
        entries.map((entry) => [entry.time, entry.actor, entry.sentence]),
      ),
    );
  });

const registryExport = (flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = await get(client, apiPath(['registry'], { at: flags.at }));
    context.terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  });
