import type { ImageBuildPolicy } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { table } from '../../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { readDefinition } from '../definition-file.js';
import { AT, examples, JSON_FLAG } from '../option-texts.js';
import { changesIn } from './field-values.js';

type ShowFlags = CommonOptions & { at?: string };
type SetFlags = CommonOptions & { file?: string };

/** `gild policy show`, `gild policy set`. */
export const policyCommands = (program: Command, context: Context): void => {
  const policy = program
    .command('policy')
    .description('limits of the registry, and defaults of definitions')
    .addHelpText('after', examples('gild policy show', 'gild policy set max_parallel_builds=6'));
  policy
    .command('show')
    .description('print the policy in force')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild policy show', 'gild policy show --at 2026-03-01 --json'))
    .action((flags: ShowFlags) => show(flags, context));
  policy
    .command('set [fields...]')
    .description('change fields of the policy (FIELD=VALUE), or put a whole one in force')
    .option(
      '-f, --file <file>',
      'whole policy (YAML or JSON, - for standard input); what it leaves out gets its default',
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild policy set max_parallel_builds=6 version_naming=timestamp',
        'gild policy set --file policy.yaml',
      ),
    )
    .action((fields: string[], flags: SetFlags) => set(fields, flags, context));
};

const show = ({ at, ...flags }: ShowFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    printer(context, flags)(
      (await get(client, apiPath(['policy'], { at }))) as ImageBuildPolicy,
      policyTable,
    );
  });

const set = async (
  fields: readonly string[],
  { file, ...flags }: SetFlags,
  context: Context,
): Promise<void> => {
  if ((file === undefined) === (fields.length === 0))
    throw new Fault('INVALID_REQUEST', 'expected FIELD=VALUE, such as max_parallel_builds=6, or --file');
  const call =
    file === undefined
      ? { method: 'PATCH', body: changesIn(fields) }
      : { method: 'PUT', body: await readDefinition(file, context.interrupted) };
  await withServer(context, async (client) => {
    const found = await client.json({ ...call, path: apiPath(['policy']), repeatable: true });
    printer(context, flags)(found as ImageBuildPolicy, policyTable);
  });
};

const policyTable = (policy: ImageBuildPolicy): string =>
  table(
    ['field', 'value'],
    Object.entries(policy).map(([field, value]) => [field, String(value)]),
  );
