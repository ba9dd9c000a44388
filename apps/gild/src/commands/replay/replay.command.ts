import type { ReplayedPolicy } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import {
  apiPath,
  type CommonOptions,
  type Context,
  get,
  LONG_WORK,
  printer,
  withServer,
} from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { fieldsIn } from '../policy/field-values.js';
import { replayedPolicyText } from './replayed-policy-text.js';
import { verifyViews } from './verify-views.js';

type Flags = CommonOptions & { verify?: true; policy?: string[]; from?: string; to?: string };

/** `gild replay --verify`, `gild replay --policy FIELD=VALUE`. */
export const replayCommand = (program: Command, context: Context): void => {
  program
    .command('replay')
    .description('prove every view from the events, or tell what another policy would have done')
    .option('--verify', 'rebuild every view from the events and compare it with the served one')
    .option(
      '--policy <field=value...>',
      'schedule the builds on record once more with these limits: max_parallel_builds, max_build_time_minutes',
    )
    .option('--from <moment>', 'with --policy: from a time (ISO 8601) or position of the log')
    .option('--to <moment>', 'with --policy: up to a time or position')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild replay --verify',
        'gild replay --policy max_parallel_builds=6',
        'gild replay --policy max_parallel_builds=6 max_build_time_minutes=45 --from 2026-03-01 --to 2026-03-08',
      ),
    )
    .action((flags: Flags) => replay(flags, context));
};

const replay = async (flags: Flags, context: Context): Promise<void> => {
  const { verify, policy, from, to } = flags;
  if ((verify === undefined) === (policy === undefined))
    throw new Fault('INVALID_REQUEST', 'expected either --verify or --policy FIELD=VALUE');
  if (policy !== undefined) return replayPolicy(policy, flags, context);
  if (from !== undefined || to !== undefined)
    throw new Fault('INVALID_REQUEST', 'expected --from and --to with --policy only');
  await verifyViews(flags, context);
};

const replayPolicy = async (
  fields: readonly string[],
  { from, to, ...flags }: Flags,
  context: Context,
): Promise<void> => {
  const query = { ...Object.fromEntries(fieldsIn(fields)), from, to };
  await withServer(context, async (client) => {
    const found = await get(client, apiPath(['replay', 'policy'], query), LONG_WORK.reading);
    printer(context, flags)(found as ReplayedPolicy, replayedPolicyText);
  });
};
