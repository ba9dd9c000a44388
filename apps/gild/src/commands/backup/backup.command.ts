import type { Command } from 'commander';
import { EXIT } from '../../exit-codes.js';
import { printable } from '../../output/format.js';
import { type CommonOptions, type Context, printer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { backupText, isWhole, restoredText, verdictText } from './backup-text.js';

type BackupFlags = CommonOptions & { withKeys?: boolean };
type RestoreFlags = CommonOptions & { home?: string };

const WHERE =
  '\nIt reads the stores themselves, and nothing over HTTP: the state in GILD_HOME, or, of a farm of services, what GILD_EVENTS and\n' +
  'GILD_OBJECTS (with GILD_S3_…) name, set as for the registry. The farm may go on meanwhile.\n';

/** `gild backup DIR`, `gild backup verify DIR`, `gild restore DIR`. */
export const backupCommands = (program: Command, context: Context): void => {
  const backup = program
    .command('backup')
    .argument('<dir>', 'folder; what is in it already is not copied again')
    .description('copy every event, and every object they name, to a folder')
    .option('--with-keys', 'also the private key that signs the history (mode 0600)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `${WHERE}${examples('gild backup /backup/farm', 'gild backup verify /backup/farm')}`,
    )
    .action((dir: string, flags: BackupFlags) => backUp(dir, flags, context));
  backup
    .command('verify <dir>')
    .description('read every byte of a backup again, without restoring it')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild backup verify /backup/farm'))
    .action((dir: string, _: CommonOptions, command: Command) =>
      verify(dir, command.optsWithGlobals(), context),
    );
  program
    .command('restore <dir>')
    .description('restore a backup where nothing is recorded yet, and check what was restored')
    .option(
      '--home <folder>',
      'the farm of that folder (default: GILD_HOME, or GILD_EVENTS and GILD_OBJECTS)',
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      '\nNo service may run on what is restored. Objects that no event claims are named and left there.\n' +
        examples('gild restore /backup/farm --home /srv/gild'),
    )
    .action((dir: string, flags: RestoreFlags) => restore(dir, flags, context));
};

// What reads stores loads much that no other command needs.
const backUp = async (dir: string, flags: BackupFlags, context: Context): Promise<void> => {
  const { runBackup } = await import('./run-backup.js');
  const report = await runBackup(dir, { withKeys: flags.withKeys === true }, context);
  if (report.manifest.lacking.length > 0) context.setExitCode(EXIT.failed);
  const { pages: _, lists: __, ...manifest } = report.manifest;
  printer(context, flags)({ ...report, manifest }, () => printable(backupText(dir, report)));
};

const verify = async (dir: string, flags: CommonOptions, context: Context): Promise<void> => {
  const { runVerification } = await import('./run-backup.js');
  const verdict = await runVerification(dir, context);
  if (verdict.damaged.length + verdict.manifest.lacking.length > 0) context.setExitCode(EXIT.failed);
  const { pages: _, lists: __, ...manifest } = verdict.manifest;
  printer(context, flags)({ ...verdict, manifest }, () => printable(verdictText(verdict)));
};

const restore = async (dir: string, flags: RestoreFlags, context: Context): Promise<void> => {
  const { runRestore } = await import('./run-restore.js');
  const env = flags.home === undefined ? context.env : ofHome(context.env, flags.home);
  const restored = await runRestore(dir, { ...context, env });
  if (!isWhole(restored)) context.setExitCode(EXIT.failed);
  const { pages: _, lists: __, ...manifest } = restored.manifest;
  printer(context, flags)({ ...restored, manifest }, () => printable(restoredText(restored)));
};

/** The farm of a folder, whatever else the environment names. */
const ofHome = (env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv => ({
  ...env,
  ...{ GILD_HOME: home, GILD_EVENTS: '', GILD_URL: '' },
});
