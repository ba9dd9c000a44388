import type { VersionDiff } from '@gild/contracts';
import type { Command } from 'commander';
import { diffText } from '../output/diff-text.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { parseImageReference } from './image-reference.js';
import { ARCH, AT, examples, JSON_FLAG } from './option-texts.js';
import { archOf } from './option-values.js';

type Flags = CommonOptions & { at?: string; arch?: string };

/** `gild diff IMAGE@A IMAGE@B`. */
export const diffCommand = (program: Command, context: Context): void => {
  program
    .command('diff <from> <to>')
    .description('what changed from one version to another: packages, taskservs and configuration')
    .option(...ARCH)
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild diff web-server@1.1.0 web-server@1.2.0',
        'gild diff web-server@1.1.0 web-server',
        'gild diff web-server shop-server --arch aarch64 --json',
      ),
    )
    .action((from: string, to: string, flags: Flags) => diff([from, to], flags, context));
};

const diff = async (references: readonly [string, string], flags: Flags, context: Context): Promise<void> => {
  const [a, b] = [parseImageReference(references[0]), parseImageReference(references[1])];
  const query = { to: b.version, to_image: b.image, arch: archOf(flags), at: flags.at };
  await withServer(context, async (client) => {
    const found = await get(client, apiPath(['images', a.image, 'versions', a.version, 'diff'], query));
    printer(context, flags)(found as VersionDiff, diffText);
  });
};
