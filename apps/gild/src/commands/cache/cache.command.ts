import type { Command } from 'commander';
import type { Context } from '../context.js';
import { ARCH, AT, CACHE_HOST, examples, JSON_FLAG, REASON } from '../option-texts.js';
import type { CacheFlags } from './cache-here.js';
import { clean, type CleanFlags } from './clean.js';
import { forget, type ForgetFlags } from './forget.js';
import { list, type ListFlags, stats } from './look.js';
import { pull, type PullFlags } from './pull.js';
import { takeOver, type TakeOverFlags } from './take-over.js';
import { verify } from './verify.js';

/** `gild cache pull`, `ls`, `stats`, `verify`, `clean`, `take-over`, `forget`: images that this host keeps to start VMs from. */
export const cacheCommands = (program: Command, context: Context): void => {
  const cache = program
    .command('cache')
    .description('images that this host keeps to start VMs from: pull, list, verify and remove them')
    .addHelpText(
      'after',
      examples('gild cache pull web-server:stable', 'gild cache ls', 'gild cache verify'),
    );
  pullCommand(cache, context);
  listCommand(cache, context);
  cache
    .command('stats')
    .description('the cache of this host in numbers: entries, bytes, hits, evictions, free disk')
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild cache stats', 'gild cache stats --json'))
    .action((flags: CacheFlags) => stats(flags, context));
  verifyCommand(cache, context);
  cleanCommand(cache, context);
  takeOverCommand(cache, context);
  forgetCommand(cache, context);
};

const EXAMPLE_ID = '5f2b8c0d9e7a41f3b6d84c1e0a927f35';

const takeOverCommand = (cache: Command, context: Context): void => {
  cache
    .command('take-over')
    .description(
      'have the name of a host on record for its cache, where that of another one is gone for good',
    )
    .option(...CACHE_HOST)
    .option('--id <id>', 'of the cache whose name it is to be; default: that of this host')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild cache take-over', `gild cache take-over --host oak --id ${EXAMPLE_ID}`),
    )
    .action((flags: TakeOverFlags) => takeOver(flags, context));
};

const forgetCommand = (cache: Command, context: Context): void => {
  cache
    .command('forget <host>')
    .description('have a host that is gone for good, and what its cache held, in no list or total any more')
    .requiredOption(...REASON)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples("gild cache forget oak --reason 'its rack was sold'") +
        '\n\nWhat is asked of the past (--at, gild history host:HOST) has it still. A host that comes back is on record with what it has then.' +
        '\nRefused with 3 while VMs are on record that run there.',
    )
    .action((host: string, flags: ForgetFlags) => forget(host, flags, context));
};

const pullCommand = (cache: Command, context: Context): void => {
  cache
    .command('pull <image>')
    .description('have IMAGE (its newest version), IMAGE@VERSION or IMAGE:CHANNEL here, and print its path')
    .option(...ARCH)
    .option('--host <name>', 'not here but on that host, by its cache manager')
    .option('--all-hosts', 'on every host that is on record with a cache')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild cache pull web-server:stable',
        'gild cache pull web-server:stable --host oak',
        'gild cache pull web-server@1.2.0 --arch aarch64 --json',
        'qemu-img create -f qcow2 -b "$(gild cache pull web-server)" -F qcow2 vm-17.qcow2',
      ) +
        '\n\nWhat is cut off goes on where it ended when it is pulled again. Nothing is given out unverified.',
    )
    .action((image: string, flags: PullFlags) => pull(image, flags, context));
};

const listCommand = (cache: Command, context: Context): void => {
  cache
    .command('ls')
    .description('list the images in the cache of this host')
    .option('--all-hosts', 'of every host, as it is on record')
    .option(...AT)
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild cache ls', 'gild cache ls --all-hosts --at 2026-03-01T12:00:00Z --json') +
        '\n\nOnly --all-hosts can be asked of the past. What is counted of an entry is not on record, but on its host.',
    )
    .action((flags: ListFlags) => list(flags, context));
};

const verifyCommand = (cache: Command, context: Context): void => {
  cache
    .command('verify [image]')
    .description('read every byte of the cache, or of one version in it; what is damaged is fetched again')
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples('gild cache verify', 'gild cache verify web-server@1.2.0') +
        '\n\nLeaves with 1 when something was damaged that could not be fetched again.',
    )
    .action((image: string | undefined, flags: CacheFlags) => verify(image, flags, context));
};

const cleanCommand = (cache: Command, context: Context): void => {
  cache
    .command('clean')
    .description('remove what has expired, and what the policy has no room for; say what is kept, and why')
    .option(
      '--all',
      'remove all but what VMs run that were reported with gild vm start --host, what gild vm create made VMs of, and what somebody reads or fills',
    )
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild cache clean', 'gild cache clean --all'))
    .action((flags: CleanFlags) => clean(flags, context));
};
