import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { printable } from '../../output/format.js';
import { type CommonOptions, type Context, printer, withServer } from '../context.js';
import { wantedFile } from '../exporting/wanted-file.js';
import { writtenDocument, writtenText } from '../exporting/written-document.js';
import { parseImageReference } from '../image-reference.js';
import { ARCH, AT, examples, JSON_FLAG } from '../option-texts.js';
import { archOf } from '../option-values.js';
import { fetchedProvenance, openedByFarm } from './known-provenance.js';
import { provenanceText } from './provenance-text.js';

type Flags = CommonOptions & { arch?: string; output?: string; force?: boolean; at?: string };

/** `gild provenance IMAGE[@VERSION]`. */
export const provenanceCommand = (program: Command, context: Context): void => {
  program
    .command('provenance <image>')
    .description('print how a version came about, as the farm signed it: who built what of what, and when')
    .option(...ARCH)
    .option('-o, --output <file>', 'write the signed envelope to a file')
    .option('--force', 'replace the file when it exists')
    .option(...AT)
    .option(JSON_FLAG[0], 'print the signed envelope (DSSE)')
    .addHelpText(
      'after',
      examples(
        'gild provenance web-server',
        'gild provenance web-server@1.2.0 --json > web-server.provenance.json',
        'gild provenance web-server@1.2.0 --arch aarch64 -o web-server.provenance.json',
      ),
    )
    .action((image: string, flags: Flags) => provenance(image, flags, context));
};

const provenance = async (reference: string, flags: Flags, context: Context): Promise<void> => {
  const named = { ...parseImageReference(reference), arch: archOf(flags), at: flags.at };
  const file = flags.output === undefined ? undefined : await wantedFile(flags.output, flags.force === true);
  await withServer(context, async (client) => {
    const envelope = await fetchedProvenance(named, client);
    if (file !== undefined)
      return printer(context, flags)(await writtenDocument(file, envelope), writtenText);
    const opened = await openedByFarm(envelope, client, flags.at);
    if (!opened.ok) throw new Fault('ARTIFACT_DAMAGED', `the provenance of ${reference}: ${opened.reason}`);
    printer(context, flags)(envelope, () => printable(provenanceText(opened.statement, opened.signedWith)));
  });
};
