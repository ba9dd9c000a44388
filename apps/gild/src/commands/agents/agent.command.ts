import type { AgentSummary } from '@gild/scheduler-application';
import type { Command } from 'commander';
import { type CommonOptions, type Context, get, apiPath, printer, withServer } from '../context.js';
import { AT, examples, JSON_FLAG } from '../option-texts.js';
import { agentTable, standingText } from './agent-table.js';

type ListFlags = CommonOptions & { at?: string };
type ReasonFlags = CommonOptions & { reason?: string };

/** `gild agent list`, and what people decide about agents: `drain`, `resume`, `quarantine`, `release`. */
export const agentCommands = (program: Command, context: Context): void => {
  const agent = agentGroup(program);
  agent
    .command('list')
    .description('list agents with what they run, their free disk, and why one gets nothing')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild agent list', 'gild agent list --at 2026-03-01T12:00:00Z --json'))
    .action((flags: ListFlags) => list(flags, context));
  agent
    .command('drain <id>')
    .description('let an agent finish what it runs and give it nothing new')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild agent drain builder-3 --reason 'new disk'"))
    .action((id: string, flags: ReasonFlags) => decide([id, 'drain'], flags, context));
  agent
    .command('resume <id>')
    .description('end the draining of an agent')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild agent resume builder-3'))
    .action((id: string, flags: CommonOptions) => decide([id, 'resumption'], flags, context));
  agent
    .command('quarantine <id>')
    .description('give an agent nothing new until it is released')
    .requiredOption('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild agent quarantine builder-3 --reason 'makes damaged disks'"))
    .action((id: string, flags: ReasonFlags) => decide([id, 'quarantine'], flags, context));
  agent
    .command('release <id>')
    .description('end the quarantine of an agent, whoever began it')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild agent release builder-3 --reason 'memory replaced'"))
    .action((id: string, flags: ReasonFlags) => decide([id, 'release'], flags, context));
};

/** The group of commands, made by whoever comes first. */
export const agentGroup = (program: Command): Command =>
  program.commands.find((each) => each.name() === 'agent') ??
  program
    .command('agent')
    .description('agents: which there are, and who gets builds')
    .addHelpText('after', examples('gild agent list', 'gild agent drain builder-3'));

const list = (flags: ListFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['agents'], { at: flags.at }))) as AgentSummary[];
    printer(context, flags)(found, agentTable);
  });

const decide = (
  path: readonly [id: string, deed: string],
  { reason, json }: ReasonFlags,
  context: Context,
): Promise<void> =>
  withServer(context, async (client) => {
    const body = reason === undefined ? {} : { reason };
    const call = { method: 'POST', path: apiPath(['agents', ...path]), body, repeatable: true };
    const found = (await client.json(call)) as AgentSummary;
    printer(context, { json: json === true })(found, (it) => `${it.agent_id}: ${standingText(it)}\n`);
  });
