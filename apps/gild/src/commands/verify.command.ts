import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { printable } from '../output/format.js';
import { type CommonOptions, type Context, printer, withServer } from './context.js';
import { examples, JSON_FLAG } from './option-texts.js';
import { isFile, type Verification } from './verifying/verification.js';
import { verifyOffline } from './verifying/verify-offline.js';
import { verifyFile, verifyVersion } from './verifying/verify-with-farm.js';

type Flags = CommonOptions & { key?: string; provenance?: string };

/** `gild verify FILE|IMAGE[@VERSION]`. */
export const verifyCommand = (program: Command, context: Context): void => {
  program
    .command('verify <file-or-image>')
    .description(
      'check the bytes of a stored version, or find the version a file is; with --key without a farm',
    )
    .option('--key <file>', 'the public key that was kept (PEM): a file is judged by its provenance alone')
    .option('--provenance <file>', 'the signed provenance, with --key; default: FILE.provenance.json')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild verify web-server@1.2.0',
        'gild verify web-server.qcow2',
        'gild verify web-server.qcow2 --key gild.pem',
      ),
    )
    .action((subject: string, flags: Flags) => verify(subject, flags, context));
};

const verify = async (subject: string, flags: Flags, context: Context): Promise<void> => {
  const { key, provenance } = flags;
  const told = (found: Verification): void => {
    if (!found.verified) context.setExitCode(EXIT.failed);
    printer(context, flags)(found, ({ message }) => `${printable(message)}\n`);
  };
  if (key !== undefined) return told(await verifyOffline(subject, { key, provenance }, context.interrupted));
  if (provenance !== undefined)
    throw new Fault('INVALID_REQUEST', '--provenance: expected --key with it; gild audit key prints the key');
  await withServer(context, async (client) =>
    told(
      (await isFile(subject))
        ? await verifyFile(subject, client, context.interrupted)
        : await verifyVersion(subject, client),
    ),
  );
};
