import type { Command } from 'commander';
import type { Context } from '../context.js';
import { ARCH, CACHE_HOST, examples, JSON_FLAG } from '../option-texts.js';
import { collected } from '../option-values.js';
import type { CreateFlags } from './create-vm.js';
import type { RemoveFlags } from './remove-vm.js';
import type { RunFlags } from './run-made-vm.js';

/** `gild vm create`, `run`, `remove`: VMs that are made on this host, from its cache. */
export const madeVmCommands = (vm: Command, context: Context): void => {
  createCommand(vm, context);
  vm.command('run <vm>')
    .description('boot a VM that was made on this host, its console here; Ctrl-C shuts it down')
    .option('--disk <folder>', 'where its files are, if not in GILD_HOME/vms')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild vm run vm-17', 'gild vm run vm-18 --disk /srv/vm-18'))
    .action(async (id: string, flags: RunFlags) =>
      (await import('./run-made-vm.js')).runMadeVm(id, flags, context),
    );
  vm.command('remove <vm>')
    .description(
      'remove a VM that was made on this host: its disk, its seed, and that the cache keeps its image',
    )
    .option('--disk <folder>', 'where its files are, if not in GILD_HOME/vms')
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild vm remove vm-17'))
    .action(async (id: string, flags: RemoveFlags) =>
      (await import('./remove-vm.js')).removeVm(id, flags, context),
    );
};

const createCommand = (vm: Command, context: Context): void => {
  vm.command('create <vm> <image>')
    .description(
      'make a VM here: an overlay of IMAGE, IMAGE@VERSION or IMAGE:CHANNEL, and a seed for cloud-init',
    )
    .option('--disk <folder>', 'new folder for its files; default: GILD_HOME/vms/VM')
    .option('--size <size>', "of its disk, such as 20G; default: the image's")
    .option('--hostname <name>', 'host name of the VM; default: its name here')
    .option('--ssh-key <file>', 'public keys that may log in; may be repeated', collected, [])
    .option('--user <name>', "whose account takes them; default: the image's default user")
    .option('--network <file>', 'cloud-init network configuration (version 1 or 2); default: DHCP')
    .option('--memory <size>', 'such as 2G', '1G')
    .option('--cpus <count>', 'virtual processors', '1')
    .option('--firmware <name>', 'bios, uefi or uefi-secure; default: bios for x86_64, uefi for aarch64')
    .option('--ssh-port <port>', "port of 127.0.0.1 that leads to the VM's SSH")
    .option('--run', 'boot it, its console here; Ctrl-C shuts it down')
    .option(...ARCH)
    .option(...CACHE_HOST)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild vm create vm-17 web-server:stable --ssh-key ~/.ssh/id_ed25519.pub',
        'gild vm create vm-18 web-server@1.2.0 --network net.yaml --size 40G --memory 2G --cpus 2',
        'gild vm create vm-19 web-server --ssh-key ~/.ssh/id_ed25519.pub --ssh-port 2222 --run',
      ) +
        '\n\nThe image comes from the cache of this host, which keeps it until `gild vm remove`. It is never written to.',
    )
    .action(async (id: string, image: string, flags: CreateFlags) =>
      (await import('./create-vm.js')).createVm([id, image], flags, context),
    );
};
