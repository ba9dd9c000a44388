import type { Command } from 'commander';
import { apiPath, type CommonOptions, type Context, printer, withServer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { agentGroup } from './agent.command.js';
import { joinFarm, type JoinFlags } from './join-farm.js';
import { issueToken, type TokenFlags } from './issue-token.js';

type BecauseFlags = CommonOptions & { reason?: string };

/** Who belongs to the farm: `gild agent token`, `gild agent join`, `gild agent remove ID`, `gild agent readmit ID`. */
export const membershipCommands = (program: Command, context: Context): void => {
  const group = agentGroup(program);
  tokenCommand(group, context);
  joinCommand(group, context);
  group
    .command('remove <id>')
    .description('put an agent out of the farm: nothing of it is heard any more')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild agent remove oak --reason 'its disk is broken'"))
    .action((id: string, flags: BecauseFlags) => remove(id, flags, context));
  group
    .command('readmit <id>')
    .description('let an agent that was removed join again, with a new token')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild agent readmit oak --reason 'its disk is replaced'"))
    .action((id: string, flags: BecauseFlags) => readmit(id, flags, context));
};

const tokenCommand = (group: Command, context: Context): void => {
  group
    .command('token')
    .description('make a token with which one agent may join, once')
    .option('--id <name>', 'name of that agent, for which alone it is then good')
    .option('--ttl <time>', 'how long it may be used, such as 30m, 1h or 2d', '1h')
    .option('--label <label...>', 'words for the agent that joins with it, such as rack=3')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild agent token',
        'gild agent token --id oak',
        'gild agent token --ttl 10m --label rack=3 --json',
      ),
    )
    .action((flags: TokenFlags) => issueToken(flags, context));
};

const joinCommand = (group: Command, context: Context): void => {
  group
    .command('join')
    .description('have this host join a farm as an agent')
    .option('--url <url>', "address of the farm's gateway; default: GILD_URL")
    .option(
      '--token-file <file>',
      'holds the token of gild agent token; - reads it; default: GILD_JOIN_TOKEN',
    )
    .option('--token <token>', 'the token itself, which everybody on the host can see')
    .option('--id <name>', "name of the agent; default: the host's")
    .option('--state <folder>', "the agent's folder; default: GILD_STATE, else /var/lib/gild/agent")
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild agent join --url https://gild.example:7440 --token-file -'))
    .action((flags: JoinFlags) => joinFarm(flags, context));
};

const remove = (id: string, flags: BecauseFlags, context: Context): Promise<void> =>
  change([id, 'removal'], flags, {
    ...{ context, text: `agent ${id} is removed: what it builds goes to another one\n` },
  });

const readmit = (id: string, flags: BecauseFlags, context: Context): Promise<void> =>
  change([id, 'readmission'], flags, {
    ...{
      context,
      text: `agent ${id} is not kept out: unless it is in the farm, it joins with a new token of gild agent token\n`,
    },
  });

type Change = { context: Context; text: string };

const change = (
  path: readonly [id: string, deed: string],
  flags: BecauseFlags,
  { context, text }: Change,
): Promise<void> =>
  withServer(context, async (client) => {
    const body = flags.reason === undefined ? {} : { reason: flags.reason };
    const changed = await client.json({ method: 'POST', path: apiPath(['agents', ...path]), body });
    printer(context, flags)(changed, () => text);
  });
