import type { PlannedBoot, PlanReply, PreparedBuild } from '@gild/contracts';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { missText, printable } from '../output/format.js';
import { table } from '../output/table.js';
import { buildOptions, type BuildFlags } from './build-options.js';
import { type CommonOptions, type Context, LONG_WORK, printer, withServer } from './context.js';
import { readDefinition } from './definition-file.js';
import { examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & BuildFlags;
type Plan = { build: PreparedBuild; steps: PlanReply['steps'] };

/** `gild validate FILE` and `gild plan FILE`. */
export const planCommands = (program: Command, context: Context): void => {
  program
    .command('validate <file>')
    .description('check a definition and print it with every default filled in')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild validate web.yaml', 'gild validate web.yaml > resolved.yaml'))
    .action((file: string, flags: Flags) => validate(file, flags, context));
  program
    .command('plan <file>')
    .description('say what a build would do: steps, layer keys, what is cached and why not')
    .option('--arch <arch>', 'architecture to plan for, when the definition names several')
    .option('--no-cache', 'as if no layer were cached')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild plan web.yaml', 'gild plan web.yaml --no-cache --json'))
    .action((file: string, flags: Flags) => plan(file, flags, context));
};

const validate = async (file: string, flags: Flags, context: Context): Promise<void> => {
  const definition = await readDefinition(file, context.interrupted);
  await withServer(context, async (client) => {
    const body = { definition, options: buildOptions(flags) };
    const build = (await client.json({ method: 'POST', path: '/v1/validate', body })) as PreparedBuild;
    printer(context, flags)(build, validText);
  });
};

/** A definition again, so that it can be kept as one. */
export const validText = ({ imageName, definition, definitionDigest }: PreparedBuild): string =>
  `# ${imageName} is valid, definition ${definitionDigest}\n${definitionText(definition)}`;

const definitionText = (definition: Record<string, unknown>): string => printable(stringify(definition));

const plan = async (file: string, flags: Flags, context: Context): Promise<void> => {
  const definition = await readDefinition(file, context.interrupted);
  await withServer(
    context,
    async (client) => {
      const body = { definition, options: buildOptions(flags) };
      const call = { method: 'POST', path: '/v1/plan', body, ...LONG_WORK.plan };
      const found = (await client.json(call)) as Plan;
      printer(context, flags)(found, planText);
    },
    { purpose: 'planning' },
  );
};

export const planText = ({ build, steps }: Plan): string => {
  const rows = steps.map((step) => [
    step.name,
    step.key?.slice(0, 12) ?? '-',
    step.packages === undefined ? '-' : String(step.packages.length),
    verdict(step),
  ]);
  const already =
    build.state === 'published'
      ? `${build.imageName}@${build.version} has these inputs: nothing would be built\n`
      : '';
  const title = `${build.imageName} ${build.arch}, definition ${build.definitionDigest.slice(0, 12)}`;
  const definition = definitionText(build.definition).replace(/^/gm, '  ').trimEnd();
  return `${title}\n${definition}\n\n${already}${table(['step', 'layer key', 'packages', 'cache'], rows)}`;
};

const bootText = ({ firmware, untested }: PlannedBoot): string =>
  untested === undefined ? firmware : `${firmware} not tested: ${untested}`;

const verdict = (step: PlanReply['steps'][number]): string => {
  if (step.skipped) return step.packages === undefined ? 'switched off' : 'nothing to do';
  if (step.key === undefined) return ['always runs', ...(step.boots ?? []).map(bootText)].join('; ');
  if (step.cached) return 'cached';
  return `not cached: ${missText(step.missReason ?? 'first build here', step.nearest)}`;
};
