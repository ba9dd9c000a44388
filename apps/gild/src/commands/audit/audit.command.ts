import { AuditCheckpoint, AuditReport, EventProof } from '@gild/contracts';
import type { Command } from 'commander';
import { EXIT } from '../../exit-codes.js';
import { printable } from '../../output/format.js';
import {
  apiPath,
  type CommonOptions,
  type Context,
  get,
  LONG_WORK,
  printer,
  withServer,
} from '../context.js';
import { parseImageReference } from '../image-reference.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { publicKeyIn, textOf, writeWhole } from './audit-files.js';
import { auditText, type JudgedReport } from './audit-text.js';
import { keyCommands } from './key.command.js';
import { judgeProofText, reportProblem } from './judge-here.js';

type VerifyFlags = CommonOptions & { checkpoint?: string; key?: string[] };
type FileFlags = CommonOptions & { output?: string };
type KeyFlags = CommonOptions & { key: string };

const OUTPUT = ['-o, --output <file>', 'write it there instead of printing it'] as const;

/** `gild audit`: proof that what is recorded is what was recorded. */
export const auditCommands = (program: Command, context: Context): void => {
  const group = program
    .command('audit')
    .description('proof that no recorded event was changed, removed or moved')
    .addHelpText('after', examples('gild audit verify', 'gild audit checkpoint -o kept.txt'));
  verifyCommands(group, context);
  group
    .command('checkpoint')
    .description('print the newest signed checkpoint, to be kept where nobody of the farm can change it')
    .option(...OUTPUT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild audit checkpoint -o kept.txt'))
    .action((flags: FileFlags) => checkpoint(flags, context));
  keyCommands(group, context);
  group
    .command('proof <image>')
    .description('prove to somebody without access to the farm that a version was published')
    .option(...OUTPUT)
    .option('--json', 'accepted for uniformity: the output is always JSON')
    .addHelpText('after', examples('gild audit proof web-server@1.2.0 -o web-server.proof'))
    .action((image: string, flags: FileFlags) => proof(image, flags, context));
};

const verifyCommands = (group: Command, context: Context): void => {
  group
    .command('verify')
    .description('compare every event with what was signed, and name each that differs')
    .option('--checkpoint <file>', 'a checkpoint that was kept: the history must continue it')
    .option(
      '--key <file...>',
      'the public keys that were kept (PEM), several after a rotation: signatures are checked with them here too',
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild audit verify', 'gild audit verify --checkpoint kept.txt --key gild.pem'),
    )
    .action((flags: VerifyFlags) => verify(flags, context));
  group
    .command('verify-proof <file>')
    .description('judge a proof of gild audit proof by the public key alone, without a server')
    .requiredOption('--key <file>', 'the public key (PEM)')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild audit verify-proof web-server.proof --key gild.pem'))
    .action((file: string, flags: KeyFlags) => verifyProof(file, flags, context));
};

const verify = async (flags: VerifyFlags, context: Context): Promise<void> => {
  const kept = flags.checkpoint === undefined ? undefined : await textOf(flags.checkpoint);
  const publicKeys = await Promise.all((flags.key ?? []).map(publicKeyIn));
  await withServer(context, async (client) => {
    const body = kept === undefined ? {} : { checkpoint: kept };
    const call = { method: 'POST', path: apiPath(['audit', 'verification']), body, repeatable: true };
    const report = AuditReport.parse(await client.json({ ...call, ...LONG_WORK.reading }));
    const problem = reportProblem(report, { checkpoint: kept, publicKeys });
    const judged: JudgedReport = problem === undefined ? report : { ...report, proven: false, problem };
    if (!judged.proven) context.setExitCode(EXIT.failed);
    printer(context, flags)(judged, (it) => printable(auditText(it)));
  });
};

const checkpoint = (flags: FileFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = AuditCheckpoint.parse(await get(client, apiPath(['audit', 'checkpoint'])));
    if (flags.output !== undefined) await writeWhole(flags.output, found.checkpoint);
    const text =
      flags.output === undefined ? found.checkpoint : writtenTo(flags.output, `${String(found.size)} events`);
    printer(context, flags)(found, () => text);
  });

const proof = (reference: string, flags: FileFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const { image, version } = parseImageReference(reference);
    const path = apiPath(['audit', 'proof', image, version]);
    const found = EventProof.parse(await get(client, path, LONG_WORK.reading));
    const text = `${JSON.stringify(found, null, 2)}\n`;
    if (flags.output === undefined) return context.terminal.out(text);
    await writeWhole(flags.output, text);
    context.terminal.out(writtenTo(flags.output, `event ${String(found.index)}`));
  });

const writtenTo = (file: string, what: string): string => `${printable(file)}: ${what}\n`;

const verifyProof = async (file: string, flags: KeyFlags, context: Context): Promise<void> => {
  const { proof: read, verdict } = judgeProofText(await textOf(file), await publicKeyIn(flags.key));
  const { stream, revision, id, type } = read.event;
  if (!verdict.proven) context.setExitCode(EXIT.failed);
  const event = `${type}, revision ${String(revision)} of ${stream}`;
  const text = verdict.proven
    ? `${event}, is event ${String(read.index)} of a history of ${String(verdict.size)} that was signed with the key\n`
    : `${event}, is not proven: ${verdict.reason}\n`;
  printer(context, flags)({ stream, revision, id, type, index: read.index, ...verdict }, () =>
    printable(text),
  );
};
