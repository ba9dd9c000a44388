import type { Taskserv } from '@gild/contracts';
import type { Command } from 'commander';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { taskservTable, taskservText } from './taskserv-text.js';
import { testTaskserv } from './test-taskserv.js';
import { DEFAULT_TEST_OS, HOST_ARCH, type TestFlags } from './test-definition.js';

/** `gild taskserv ls`, `gild taskserv show NAME`, `gild taskserv test NAME`. */
export const taskservCommands = (program: Command, context: Context): void => {
  const group = program
    .command('taskserv')
    .description('the services that an image can hold')
    .addHelpText('after', examples('gild taskserv ls', 'gild taskserv test nginx'));
  group
    .command('ls')
    .description('list the catalogue of the server: what it has, and for which systems')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild taskserv ls', 'gild taskserv ls --json'))
    .action((flags: CommonOptions) => list(flags, context));
  group
    .command('show <name>')
    .description('show what a taskserv installs and how it is checked')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild taskserv show postgresql', 'gild taskserv show nginx --json'))
    .action((name: string, flags: CommonOptions) => show(name, flags, context));
  group
    .command('test <name>')
    .description(
      'build an image with only that taskserv on this host, boot it, run its checks, and keep nothing',
    )
    .option('--base-os <os>', 'distribution to test on', DEFAULT_TEST_OS)
    .option('--os-version <version>', 'release of it; without it the one definitions get')
    .option('--arch <arch>', 'architecture to test on', HOST_ARCH)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild taskserv test nginx',
        'gild taskserv test redis --base-os debian --os-version 12 --json',
      ),
    )
    .action((name: string, flags: TestFlags) => testTaskserv(name, flags, context));
};

const list = (flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    printer(context, flags)((await get(client, apiPath(['taskservs']))) as Taskserv[], taskservTable);
  });

const show = (name: string, flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    printer(context, flags)((await get(client, apiPath(['taskservs', name]))) as Taskserv, taskservText);
  });
