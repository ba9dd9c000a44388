import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, LONG_WORK, printer, withServer } from './context.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string; verify?: boolean };
type HistoryEntry = { position: string; time: string; actor: string; what: string; sentence: string };
type Replay = {
  equal: boolean;
  views: { view: string; events: number; opaque: number; equal: boolean; digest: string }[];
};

/** `gild history SUBJECT`, `gild registry export`, `gild replay --verify`. */
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
  program
    .command('replay')
    .description('rebuild every view from the events and compare it with the served one')
    .requiredOption('--verify', 'compare and report')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild replay --verify'))
    .action((flags: Flags) => replay(flags, context));
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
