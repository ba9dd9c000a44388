import { Command } from 'commander';
import { auditCommands } from './commands/audit/audit.command.js';
import { agentCommands } from './commands/agents/agent.command.js';
import { backupCommands } from './commands/backup/backup.command.js';
import { buildCommand } from './commands/build.command.js';
import { cacheCommands } from './commands/cache/cache.command.js';
import { completionCommand } from './commands/completion.command.js';
import type { Context } from './commands/context.js';
import { diffCommand } from './commands/diff.command.js';
import { doctorCommand } from './commands/doctor.command.js';
import { exportCommand } from './commands/export.command.js';
import { farmCommands } from './commands/farm/farm.command.js';
import { historyCommands } from './commands/history.command.js';
import { imageCommands } from './commands/images.command.js';
import { channelCommands } from './commands/life/channel.command.js';
import { lifeCommands } from './commands/life/life.command.js';
import { jobCommands } from './commands/jobs.command.js';
import { logsCommand } from './commands/logs.command.js';
import { membershipCommands } from './commands/agents/membership.command.js';
import { planCommands } from './commands/plan.command.js';
import { provenanceCommand } from './commands/provenance/provenance.command.js';
import { sbomCommand } from './commands/sbom.command.js';
import { taskservCommands } from './commands/taskservs/taskserv.command.js';
import { policyCommands } from './commands/policy/policy.command.js';
import { replayCommand } from './commands/replay/replay.command.js';
import { rebuildCommands } from './commands/rebuilding/rebuild.command.js';
import { testBootCommand } from './commands/test-boot.command.js';
import { upCommand } from './commands/up.command.js';
import { verifyCommand } from './commands/verify.command.js';
import { vmCommands } from './commands/vms/vm.command.js';
import { examples } from './commands/option-texts.js';
import { EXIT } from './exit-codes.js';

/** In the order in which help lists them. */
const GROUPS = [
  buildCommand,
  planCommands,
  rebuildCommands,
  imageCommands,
  diffCommand,
  sbomCommand,
  provenanceCommand,
  channelCommands,
  lifeCommands,
  jobCommands,
  logsCommand,
  historyCommands,
  replayCommand,
  auditCommands,
  backupCommands,
  exportCommand,
  verifyCommand,
  testBootCommand,
  taskservCommands,
  vmCommands,
  cacheCommands,
  agentCommands,
  membershipCommands,
  policyCommands,
  farmCommands,
  doctorCommand,
  completionCommand,
  upCommand,
];

/** The command line with everything it understands. */
export const gildProgram = (context: Context, version: string): Command => {
  const program = new Command('gild')
    .description(
      'Golden VM images: defined in one file, built, boot-tested, versioned, and every step on record',
    )
    .enablePositionalOptions()
    .version(version)
    .showHelpAfterError('(gild --help lists the commands)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      examples('gild build examples/web-server.yaml', 'gild doctor', 'gild build --help') +
        '\n\nThe server is the one at GILD_URL, else the farm running on GILD_HOME (default ~/.local/share/gild),\n' +
        'else a farm started inside the command.\n\n' +
        `Exit codes: ${EXIT.done} done, ${EXIT.failed} the build or check failed, ${EXIT.usage} wrong usage or invalid document,\n` +
        `${EXIT.refused} refused by a rule, ${EXIT.unreachable} server or dependency unreachable, ${EXIT.interrupted} ended by Ctrl-C`,
    );
  for (const add of GROUPS) add(program, context);
  return throwInsteadOfExiting(program);
};

/** Wrong usage is thrown, so that it ends the program with exit code 2, as everywhere in Gild, and not with commander's 1. */
const throwInsteadOfExiting = (program: Command): Command => {
  const apply = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(apply);
  };
  apply(program);
  return program;
};
