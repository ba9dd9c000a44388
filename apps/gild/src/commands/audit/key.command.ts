import { AuditKey, AuditKeys, RecordedKey } from '@gild/contracts';
import { randomIds, verifyEd25519 } from '@gild/node-runtime';
import { rotationProblem } from '@gild/proof-domain';
import type { Command } from 'commander';
import { EXIT } from '../../exit-codes.js';
import { printable } from '../../output/format.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { AT, examples, JSON_FLAG, REASON } from '../option-texts.js';

type ListFlags = CommonOptions & { at?: string };
type RotateFlags = CommonOptions & { reason?: string };
type RevokeFlags = CommonOptions & { reason: string; since?: string };

/** `gild audit key`: the key in use; `list`, `rotate` and `revoke KEY_ID` of it. */
export const keyCommands = (audit: Command, context: Context): void => {
  const group = audit
    .command('key')
    .description('print the public key that the history is signed with')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild audit key > gild.pem', 'gild audit key list'))
    .action((flags: CommonOptions) => key(flags, context));
  group
    .command('list')
    .description('list every key on record, and which of them are revoked')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild audit key list', 'gild audit key list --at 2026-03-01'))
    .action((flags: ListFlags) => list(flags, context));
  group
    .command('rotate')
    .description('have the farm make a new key and sign with it; what the old one signed stays valid')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild audit key rotate --reason 'once a year'"))
    .action((flags: RotateFlags) => rotate(flags, context));
  group
    .command('revoke <key-id>')
    .description('believe nothing any more that was signed with a key, or nothing from a time on')
    .requiredOption(...REASON)
    .option('--since <time>', 'what was on record then stays valid (ISO 8601)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        "gild audit key revoke c0ffee00 --reason 'copied from a back-up' --since 2026-03-01T12:00:00Z",
      ),
    )
    .action((keyId: string, flags: RevokeFlags) => revoke(keyId, flags, context));
};

const key = (flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = AuditKey.parse(await get(client, apiPath(['audit', 'key'])));
    printer(context, flags)(found, ({ public_key }) => public_key);
  });

const list = (flags: ListFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = AuditKeys.parse(await get(client, apiPath(['audit', 'keys'], { at: flags.at })));
    printer(context, flags)(found, ({ keys }) =>
      printable(keys.map((each) => `${keyText(each)}${doubtOf(each, keys)}`).join('')),
    );
    if (found.keys.some((each) => doubtOf(each, found.keys) !== '')) context.setExitCode(EXIT.failed);
  });

const keyText = ({ key_id: id, name, introduced_at: at, revoked }: RecordedKey): string =>
  `${id} of ${name} since ${at}${revoked === undefined ? '' : `, revoked at ${revoked.at} by ${revoked.by}: ${revoked.reason}${revoked.since === undefined ? '' : ` (what was on record at ${revoked.since} stays valid)`}`}\n`;

/** A line on what is wrong with a rotation, judged here; empty where nothing is. */
const doubtOf = (
  { key_id: id, public_key: publicKey, rotation }: RecordedKey,
  keys: readonly RecordedKey[],
): string => {
  if (rotation === undefined) return '';
  const pemOf = (from: string) => keys.find((each) => each.key_id === from)?.public_key;
  const problem = rotationProblem({ publicKey, ...rotation }, pemOf, { verify: verifyEd25519 });
  return problem === undefined ? '' : `DIFFERS: key ${id} was taken into use, and ${problem}\n`;
};

const rotate = async ({ reason, ...flags }: RotateFlags, context: Context): Promise<void> => {
  const made = await asked(['audit', 'keys'], reason === undefined ? {} : { reason }, context);
  const advice = 'keep its public key too: gild audit key\n';
  printer(context, flags)(made, (it) =>
    printable(`the farm signs with key ${it.key_id} from here on; ${advice}`),
  );
};

const revoke = async (
  keyId: string,
  { reason, since, ...flags }: RevokeFlags,
  context: Context,
): Promise<void> => {
  const body = { reason, ...(since !== undefined && { since }) };
  const revoked = await asked(['audit', 'keys', keyId, 'revocation'], body, context);
  printer(context, flags)(revoked, (it) => printable(keyText(it)));
};

/** Asks for a decision about keys, once: also where the answer to the first request was lost. */
const asked = async (path: readonly string[], body: object, context: Context): Promise<RecordedKey> => {
  let answer: unknown;
  await withServer(context, async (client) => {
    const headers = { 'idempotency-key': randomIds.ulid() };
    answer = await client.json({ method: 'POST', path: apiPath(path), body, headers, repeatable: true });
  });
  return RecordedKey.parse(answer);
};
