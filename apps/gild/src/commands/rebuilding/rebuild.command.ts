import type { OutdatedImage } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import type { HttpClient } from '../../client/http-client.js';
import { table } from '../../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { runBuild, type RunFlags, withBuildFlags } from '../run-build.js';

type OutdatedFlags = CommonOptions & { at?: string };

/** The server resolves a build of every image. */
const MOST_MS = 90_000;

/** `gild outdated [IMAGE]`, `gild rebuild IMAGE`. */
export const rebuildCommands = (program: Command, context: Context): void => {
  program
    .command('outdated [image]')
    .description('list images that a build would make otherwise now, and why')
    .option(
      '--at <moment>',
      'as it was at a time (ISO 8601) or position, by the bases and definitions on record then',
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild outdated', 'gild outdated web-server --json', 'gild outdated --at 2026-03-01T12:00:00Z'),
    )
    .action((image: string | undefined, flags: OutdatedFlags) => outdated(image, flags, context));
  withBuildFlags(program.command('rebuild <image>'))
    .description('build an image again from the definition on record')
    .addHelpText('after', examples('gild rebuild web-server', 'gild rebuild web-server --detach --json'))
    .action((image: string, flags: RunFlags) =>
      runBuild((client) => definitionOnRecord(image, client), flags, context),
    );
};

const outdated = (image: string | undefined, flags: OutdatedFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = await get(client, apiPath(['outdated'], { image, at: flags.at }), { withinMs: MOST_MS });
    printer(context, flags)(found as OutdatedImage[], (images) =>
      images.length === 0
        ? `${image ?? 'no image'} is ${image === undefined ? '' : 'not '}outdated\n`
        : outdatedTable(images),
    );
  });

const outdatedTable = (images: readonly OutdatedImage[]): string =>
  table(
    ['image', 'version', 'because', 'automatic'],
    images.map((image) => [image.image_name, image.version, becauseText(image), automaticText(image)]),
  );

const becauseText = ({
  because,
  can_be_built: canBeBuilt,
  cannot_be_told: isUnknown,
}: OutdatedImage): string => `${canBeBuilt || isUnknown ? '' : 'it cannot be built: '}${because.join('; ')}`;

const automaticText = ({ automatic, hindrance }: OutdatedImage): string =>
  automatic ? 'yes' : `no${hindrance === undefined ? '' : `: ${hindrance}`}`;

type Defined = { image_name: string; definition: Record<string, unknown> };

const definitionOnRecord = async (name: string, client: HttpClient): Promise<unknown> => {
  const images = (await get(client, apiPath(['images']))) as Defined[];
  const found = images.find(({ image_name: each }) => each === name);
  if (found === undefined)
    throw new Fault('IMAGE_NOT_FOUND', `there is no image ${name}; \`gild images\` lists them`);
  return found.definition;
};
