import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { initText } from './init-text.js';

type InitFlags = CommonOptions & { host?: string[] };

/** `gild farm init FOLDER`, `gild farm add-credentials FOLDER`. */
export const farmCommands = (program: Command, context: Context): void => {
  const group = program
    .command('farm')
    .description('a farm of services and agents on several hosts')
    .addHelpText('after', examples('gild farm init /etc/gild/farm --host nats.example'));
  group
    .command('init <folder>')
    .description(
      'make the keys, the credentials, the certificates and the configuration of NATS for a new farm',
    )
    .option('--host <name...>', 'names and addresses at which NATS is reached, beside localhost')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild farm init /etc/gild/farm --host nats.example 10.0.0.5'))
    .action((folder: string, flags: InitFlags) => init(folder, flags, context));
  group
    .command('add-credentials <folder>')
    .description('make the credentials of services that a farm of an earlier release has none for')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild farm add-credentials /etc/gild/farm'))
    .action((folder: string, flags: CommonOptions) => add(folder, flags, context));
};

const add = async (folder: string, flags: CommonOptions, context: Context): Promise<void> => {
  const { addCredentials } = await import('./add-credentials.js');
  printer(context, flags)(await addCredentials(resolve(folder)), ({ made }) =>
    made.length === 0 ? 'every service has its credentials\n' : made.map((path) => `made ${path}\n`).join(''),
  );
};

const init = async (folder: string, flags: InitFlags, context: Context): Promise<void> => {
  // Loaded here alone: no other command makes keys.
  const { initFarm } = await import('./init-farm.js');
  const files = await initFarm(resolve(folder), flags.host ?? []);
  printer(context, flags)(files, initText);
};
