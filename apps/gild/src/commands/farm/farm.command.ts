import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printer } from '../context.js';
import { examples, JSON_FLAG } from '../option-texts.js';
import { initText } from './init-text.js';

type InitFlags = CommonOptions & { host?: string[] };

/** `gild farm init FOLDER`. */
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
};

const init = async (folder: string, flags: InitFlags, context: Context): Promise<void> => {
  // Loaded here alone: no other command makes keys.
  const { initFarm } = await import('./init-farm.js');
  const files = await initFarm(resolve(folder), flags.host ?? []);
  printer(context, flags)(files, initText);
};
