import { SBOM_FORMATS } from '@gild/contracts';
import type { Command } from 'commander';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { wantedFile } from './exporting/wanted-file.js';
import { documentText, writtenDocument, writtenText } from './exporting/written-document.js';
import { parseImageReference } from './image-reference.js';
import { ARCH, AT, examples } from './option-texts.js';
import { archOf, chosenOf } from './option-values.js';

type Flags = CommonOptions & {
  at?: string;
  arch?: string;
  format?: string;
  output?: string;
  force?: boolean;
};

/** `gild sbom IMAGE[@VERSION]`. */
export const sbomCommand = (program: Command, context: Context): void => {
  program
    .command('sbom <image>')
    .description('print the bill of materials of a version: every package in its image, and where it is from')
    .option('--format <format>', `${SBOM_FORMATS.join(' (SPDX 2.3) or ')} (CycloneDX 1.6); default: spdx`)
    .option(...ARCH)
    .option('-o, --output <file>', 'write it to a file')
    .option('--force', 'replace the file when it exists')
    .option(...AT)
    .option('--json', 'accepted for uniformity: the document is always JSON')
    .addHelpText(
      'after',
      examples(
        'gild sbom web-server',
        'gild sbom web-server@1.2.0 --format cyclonedx -o web-server.cdx.json',
        'gild sbom web-server@1.2.0 --arch aarch64 > web-server.spdx.json',
      ),
    )
    .action((image: string, flags: Flags) => sbom(image, flags, context));
};

const sbom = async (reference: string, flags: Flags, context: Context): Promise<void> => {
  const { image, version } = parseImageReference(reference);
  const format = chosenOf('--format', flags.format, SBOM_FORMATS);
  const query = { format, arch: archOf(flags), at: flags.at };
  const file = flags.output === undefined ? undefined : await wantedFile(flags.output, flags.force === true);
  await withServer(context, async (client) => {
    const document = await get(client, apiPath(['images', image, 'versions', version, 'sbom'], query));
    if (file === undefined) context.terminal.out(documentText(document));
    else printer(context, flags)(await writtenDocument(file, document), writtenText);
  });
};
