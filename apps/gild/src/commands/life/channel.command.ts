import type { ChannelDocument } from '@gild/registry-application';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { printable } from '../../output/format.js';
import { table } from '../../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { parseImageReference } from '../image-reference.js';
import { AT, examples, JSON_FLAG, REASON } from '../option-texts.js';
import { decide } from './decide.js';

type Flags = CommonOptions & { reason?: string };
type RollbackFlags = Flags & { channel?: string; to?: string };

/** `gild promote`, `gild rollback`, `gild channel list`, `gild channel remove`. */
export const channelCommands = (program: Command, context: Context): void => {
  program
    .command('promote <image> <channel>')
    .description('point a channel to a version: IMAGE, IMAGE@VERSION or IMAGE:CHANNEL')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild promote web-server@1.2.0 stable', 'gild promote web-server:candidate stable'),
    )
    .action((image: string, channel: string, flags: Flags) => promote([image, channel], flags, context));
  program
    .command('rollback <image>')
    .description('point a channel back to the version before, or to the one named')
    .option('--channel <name>', 'channel to move; default: the one after the colon, else stable')
    .option('--to <version>', 'version to go back to; default: the one the channel pointed to before')
    .requiredOption('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        "gild rollback web-server --reason 'answers 502 since this morning'",
        "gild rollback web-server:candidate --to 1.1.3 --reason 'slow boot'",
      ),
    )
    .action((image: string, flags: RollbackFlags) => rollBack(image, flags, context));
  groupCommands(program, context);
};

const groupCommands = (program: Command, context: Context): void => {
  const channel = program
    .command('channel')
    .description('channels: names that point to versions, such as stable')
    .addHelpText('after', examples('gild channel list web-server'));
  channel
    .command('list <image>')
    .description('list the channels of an image, and where a rollback would go')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild channel list web-server', 'gild channel list web-server --at 2026-03-01'),
    )
    .action((image: string, flags: CommonOptions & { at?: string }) => list(image, flags, context));
  channel
    .command('remove <image> <channel>')
    .description('remove a channel; the version it points to stays')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild channel remove web-server tset'))
    .action((image: string, name: string, flags: Flags) => remove([image, name], flags, context));
};

const promote = (
  [reference, channel]: [string, string],
  { reason, ...flags }: Flags,
  context: Context,
): Promise<void> => {
  const { image, version } = parseImageReference(reference);
  const path = ['images', image, 'channels', channel, 'promotion'];
  return decide<ChannelDocument>({ path, body: { version, reason } }, context, (moved) =>
    printer(context, flags)(moved, channelText),
  );
};

const rollBack = async (
  reference: string,
  { channel: named, to, reason, ...flags }: RollbackFlags,
  context: Context,
): Promise<void> => {
  const { image, channel } = channelOf(reference, named);
  const path = ['images', image, 'channels', channel, 'rollback'];
  return decide<ChannelDocument>({ path, body: { to, reason } }, context, (moved) =>
    printer(context, flags)(moved, channelText),
  );
};

/** Fault: INVALID_REQUEST for a version, or another channel than the one named. */
const channelOf = (reference: string, named: string | undefined): { image: string; channel: string } => {
  const { image, version } = parseImageReference(reference);
  if (image === reference) return { image, channel: named ?? 'stable' };
  const invalid = (message: string) => new Fault('INVALID_REQUEST', message);
  if (!reference.startsWith(`${image}:`))
    throw invalid(
      `expected IMAGE or IMAGE:CHANNEL, found "${reference}"; a version to go back to is named by --to`,
    );
  const channel = version.slice(1);
  if (channel === (named ?? channel)) return { image, channel };
  throw invalid(`which channel of ${image}? found ${channel} in "${reference}" and --channel ${named}`);
};

const channelText = ({ image_name: image, channel, version, previous_version: previous }: ChannelDocument) =>
  printable(`${image}:${channel} is ${version}${previous === undefined ? '' : `; before it ${previous}`}`) +
  '\n';

const list = (image: string, { at, ...flags }: CommonOptions & { at?: string }, context: Context) =>
  withServer(context, async (client) => {
    const path = apiPath(['images', image, 'channels'], { at });
    printer(context, flags)((await get(client, path)) as ChannelDocument[], channelTable);
  });

const remove = (
  [image, channel]: [string, string],
  { reason, ...flags }: Flags,
  context: Context,
): Promise<void> => {
  const decision = {
    method: 'DELETE',
    path: ['images', image, 'channels', channel],
    query: { reason },
  } as const;
  return decide<ChannelDocument[]>(decision, context, (left) =>
    printer(context, flags)(left, () => `${image} has no channel ${channel} now\n`),
  );
};

const channelTable = (channels: readonly ChannelDocument[]): string =>
  channels.length === 0
    ? 'no channels yet; begin one: gild promote IMAGE@VERSION stable\n'
    : table(
        ['channel', 'version', 'state', 'since', 'by', 'rollback to', 'reason'],
        channels.map((each) => [
          each.channel,
          each.version,
          each.state,
          each.moved_at,
          each.moved_by,
          each.previous_version ?? '-',
          each.reason ?? '-',
        ]),
      );
