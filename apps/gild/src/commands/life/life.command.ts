import type { GoldenImageVersion } from '@gild/contracts';
import type { RevokedVersion } from '@gild/registry-application';
import type { Command } from 'commander';
import { printable } from '../../output/format.js';
import { type CommonOptions, type Context, printer } from '../context.js';
import { parseNamedVersion } from '../image-reference.js';
import { examples, JSON_FLAG, REASON } from '../option-texts.js';
import { decide } from './decide.js';

type Flags = CommonOptions & { reason?: string };
type DeprecateFlags = Flags & { replacement?: string; undo?: boolean };
type RevokeFlags = CommonOptions & { reason: string; rollback?: boolean; descendants: boolean };
type DeleteFlags = Flags & { force?: boolean };

/** `gild deprecate`, `gild revoke`, `gild delete`. */
export const lifeCommands = (program: Command, context: Context): void => {
  program
    .command('deprecate <image>')
    .description('say that a version is not to be used for new machines')
    .option('--replacement <version>', 'version of the same image to use instead')
    .option('--undo', 'withdraw the deprecation')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        "gild deprecate web-server@1.1.0 --replacement 1.2.0 --reason 'old openssl'",
        'gild deprecate web-server@1.1.0 --undo',
      ),
    )
    .action((image: string, flags: DeprecateFlags) => deprecate(image, flags, context));
  program
    .command('revoke <image>')
    .description('take a version back for good, and every version built on it')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--rollback', 'channels that point to it go back to the version before')
    .option('--no-descendants', 'versions built on it stay as they are')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        "gild revoke debian-base@1.0.0 --reason 'CVE-2026-1234'",
        "gild revoke web-server@1.2.0 --rollback --reason 'leaks'",
      ),
    )
    .action((image: string, flags: RevokeFlags) => revoke(image, flags, context));
  program
    .command('delete <image>')
    .description('delete a version: its number is never given again, its bytes go when nothing needs them')
    .option('--force', 'although machines run it, or versions are built on it')
    .option(...REASON)
    .option(...JSON_FLAG)
    .addHelpText('after', examples("gild delete web-server@1.0.0 --reason 'no longer supported'"))
    .action((image: string, flags: DeleteFlags) => deleteVersion(image, flags, context));
};

/** A decision about one version is never about whichever is the newest now. */
const pathOf = (reference: string): string[] => {
  const { image, version } = parseNamedVersion(reference);
  return ['images', image, 'versions', version];
};

const deprecate = (
  reference: string,
  { replacement, undo, reason, ...flags }: DeprecateFlags,
  context: Context,
): Promise<void> => {
  const path = [...pathOf(reference), 'deprecation'];
  const decision =
    undo === true
      ? ({ method: 'DELETE', path, query: { reason } } as const)
      : { path, body: { replacement, reason } };
  return decide<GoldenImageVersion>(decision, context, (version) =>
    printer(context, flags)(version, versionText),
  );
};

const revoke = (
  reference: string,
  { reason, rollback, descendants, ...flags }: RevokeFlags,
  context: Context,
): Promise<void> => {
  const body = { reason, roll_back: rollback === true, descendants };
  const path = [...pathOf(reference), 'revocation'];
  return decide<RevokedVersion>({ path, body }, context, (revoked) =>
    printer(context, flags)(revoked, revokedText),
  );
};

const deleteVersion = (
  reference: string,
  { reason, force, ...flags }: DeleteFlags,
  context: Context,
): Promise<void> => {
  const body = { reason, force: force === true };
  return decide<GoldenImageVersion>({ path: [...pathOf(reference), 'deletion'], body }, context, (version) =>
    printer(context, flags)(version, versionText),
  );
};

const versionText = (version: GoldenImageVersion): string => {
  const { image_name: image, version: number, state, replacement_version: replacement, channels } = version;
  const instead = state === 'deprecated' && replacement !== undefined ? `; ${replacement} replaces it` : '';
  const pointing =
    channels.length === 0 || state === 'published' ? '' : `; still pointing to it: ${channels.join(', ')}`;
  return `${printable(`${image}@${number} is ${state}${instead}${pointing}`)}\n`;
};

const revokedText = ({ version, descendants }: RevokedVersion): string => {
  const named = (isRevoked: boolean): string =>
    descendants
      .filter(({ state }) => (state === 'revoked') === isRevoked)
      .map((each) => `${each.image_name}@${each.version}`)
      .join(', ');
  const [revoked, left] = [named(true), named(false)];
  return [
    versionText(version),
    revoked === '' ? '' : `built on it, and revoked too: ${revoked}\n`,
    left === '' ? '' : `built on it, and left as they are: ${left}\n`,
  ].join('');
};
