import { changeRecipe, type LayerRecipe, type Target } from '@gild/contracts';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost, toolchainHome } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';

export { changeRecipe as recipe } from '@gild/contracts';
export { faultOf as fault } from '@gild/testing';

export const target: Target = { distribution: 'debian', release: '12', arch: 'x86_64' };
export const sandbox = linuxSandbox();
export const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost });

/** Downloads and builds on a machine that may be busy. */
export const LIMIT_MS = 120_000;

export const { home, log, context, folder, newFolder } = toolchainHome();

export const BASE = changeRecipe('base', { kind: 'bootstrap', packages: ['systemd-sysv'] });

export const resolve = async (...layers: LayerRecipe[]) => toolchain.resolve(target, layers, await context());
