import type { Command } from 'commander';
import type { Context } from './context.js';
import { readDefinition } from './definition-file.js';
import { runBuild, type RunFlags, withBuildFlags } from './run-build.js';

/** `gild build FILE`: define, build, boot-test, publish. */
export const buildCommand = (program: Command, context: Context): void => {
  withBuildFlags(program.command('build <file>'))
    .description('build, boot-test and publish the image a definition file describes')
    .addHelpText(
      'after',
      '\nExamples:\n  gild build examples/web-server.yaml\n  gild build web.yaml --bump minor --json',
    )
    .action(async (file: string, flags: RunFlags) => {
      const definition = await readDefinition(file, context.interrupted);
      await runBuild(async () => definition, flags, context);
    });
};
