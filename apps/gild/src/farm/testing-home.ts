import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Taskserv } from '@gild/contracts';
import type { Home } from './home.js';

/** A home within another one, of a farm that forgets everything but what is in `root` itself. */
export type TestingHome = Home & { state: string };

/** It shares the other home's cache, which several farms may use at a time, and what is known of the host. */
export const testingHome = (home: Home): TestingHome => {
  const root = join(home.root, 'taskserv-tests');
  const state = join(root, 'state');
  const userTaskservs = join(state, 'taskservs');
  return {
    root,
    state,
    socket: join(root, 'gild.sock'),
    lock: join(root, 'farm.lock'),
    events: join(state, 'events.db'),
    objects: join(state, 'objects'),
    signingKey: join(state, 'keys', 'signing.pem'),
    cache: home.cache,
    hostCache: join(root, 'host-cache'),
    vms: join(root, 'vms'),
    scratch: join(root, 'scratch'),
    agentState: home.agentState,
    agentSettings: home.agentSettings,
    userTaskservs,
    catalogue: [userTaskservs],
  };
};

/** Removes what a farm of that home recorded and made; only for who holds its lock. */
export const forget = ({ state }: TestingHome): void => {
  rmSync(state, { recursive: true, force: true });
};

/** Writes taskservs where the farm of that home finds them. YAML takes JSON as it is. */
export const fillCatalogue = ({ userTaskservs }: TestingHome, taskservs: readonly Taskserv[]): void => {
  for (const taskserv of taskservs) {
    const folder = join(userTaskservs, taskserv.name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'taskserv.yaml'), JSON.stringify(taskserv));
  }
};
