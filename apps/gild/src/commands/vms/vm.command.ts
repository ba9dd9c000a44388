import { hostname } from 'node:os';
import type { VmSummary } from '@gild/registry-application';
import type { Command } from 'commander';
import type { Call } from '../../client/send.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { parseImageReference } from '../image-reference.js';
import { AT, examples, JSON_FLAG } from '../option-texts.js';
import { madeVmCommands } from './made-vm.commands.js';
import { vmTable, vmText } from './vm-table.js';

type StartFlags = CommonOptions & { host?: string; arch?: string };
type StopFlags = CommonOptions & { reason?: string };
type ListFlags = CommonOptions & {
  image?: string;
  host?: string;
  deprecated?: boolean;
  revoked?: boolean;
  deleted?: boolean;
  outdated?: boolean;
  stopped?: boolean;
  all?: boolean;
  at?: string;
};

/** `gild vm start`, `stop`, `list`: which VM runs which version; `gild vm create`, `run`, `remove`: VMs of this host. */
export const vmCommands = (program: Command, context: Context): void => {
  const vm = program
    .command('vm')
    .description('VMs: report which version one runs, list them, and make some from the cache of this host')
    .addHelpText('after', examples('gild vm list', 'gild vm start vm-17 web-server@1.2.0'));
  startCommand(vm, context);
  vm.command('stop <vm>')
    .description('report that a VM does not run any more')
    .option('--reason <text>', 'why, for the record')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild vm stop vm-17', "gild vm stop vm-17 --reason 'replaced by vm-18'"))
    .action((id: string, flags: StopFlags) => stop(id, flags, context));
  listCommand(vm, context);
  madeVmCommands(vm, context);
};

const startCommand = (vm: Command, context: Context): void => {
  vm.command('start <vm> <image>')
    .description('report that a VM runs IMAGE (its newest version), IMAGE@VERSION or IMAGE:CHANNEL')
    .option('--host <name>', "the host that runs it; default: this host's name")
    .option('--arch <arch>', 'for which architecture, where the version has several: x86_64 or aarch64')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild vm start vm-17 web-server@1.2.0',
        'gild vm start vm-17 web-server:stable --host rack3-7 --arch aarch64',
      ),
    )
    .action((id: string, image: string, flags: StartFlags) => start([id, image], flags, context));
};

const listCommand = (vm: Command, context: Context): void => {
  vm.command('list')
    .description('list the VMs that run, and how the version of each stands')
    .option('--image <image>', 'of IMAGE, IMAGE@VERSION or IMAGE:CHANNEL only')
    .option('--host <name>', 'on this host only')
    .option('--deprecated', 'whose version is deprecated')
    .option('--revoked', 'whose version is revoked')
    .option('--deleted', 'whose version is deleted')
    .option('--outdated', 'whose image has a newer published version')
    .option('--stopped', 'those that stopped, in place of those that run')
    .option('--all', 'those that run and those that stopped')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild vm list',
        'gild vm list --deprecated --revoked',
        'gild vm list --image web-server@1.2.0 --all --at 2026-03-01T12:00:00Z --json',
      ) + '\n\nWith several of --deprecated, --revoked, --deleted and --outdated: those of which one holds.',
    )
    .action((flags: ListFlags) => list(flags, context));
};

type Reply = VmSummary & { warning?: string };

const start = (
  [id, reference]: readonly [id: string, reference: string],
  { host = hostname(), arch, ...flags }: StartFlags,
  context: Context,
): Promise<void> => {
  const named = parseImageReference(reference);
  const call = { path: apiPath(['vms', id, 'start']), body: { ...named, host, arch } };
  return report({ ...call, repeatable: isNumber(named.version) }, { flags, context });
};

/** Anything else may name another version when it is asked again, and a start from that would be recorded too. */
const isNumber = (version: string): boolean => version !== 'latest' && !version.startsWith(':');

const stop = (id: string, { reason, ...flags }: StopFlags, context: Context): Promise<void> =>
  report({ path: apiPath(['vms', id, 'stop']), body: { reason }, repeatable: true }, { flags, context });

const report = (
  call: Pick<Call, 'path' | 'body' | 'repeatable'>,
  { flags, context }: { flags: CommonOptions; context: Context },
): Promise<void> =>
  withServer(context, async (client) => {
    const reply = (await client.json({ method: 'POST', ...call })) as Reply;
    if (reply.warning !== undefined) context.terminal.note(`warning: ${reply.warning}`);
    printer(context, flags)(reply, vmText);
  });

const list = (flags: ListFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['vms'], chosenBy(flags)))) as VmSummary[];
    printer(context, flags)(found, vmTable);
  });

const STANDINGS = ['deprecated', 'revoked', 'deleted', 'outdated'] as const;

const chosenBy = (flags: ListFlags): Record<string, string | undefined> => {
  const standing = STANDINGS.filter((each) => flags[each] === true);
  return {
    ...imageChosenBy(flags.image),
    host: flags.host,
    state: flags.all === true ? undefined : flags.stopped === true ? 'stopped' : 'running',
    standing: standing.length === 0 ? undefined : standing.join(','),
    at: flags.at,
  };
};

/** An image alone stands for all its versions here. */
const imageChosenBy = (reference: string | undefined): { image?: string; version?: string } => {
  if (reference === undefined) return {};
  const { image, version } = parseImageReference(reference);
  return image === reference ? { image } : { image, version };
};
