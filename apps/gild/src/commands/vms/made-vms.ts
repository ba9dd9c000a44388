import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { homeOf } from '../../farm/home.js';
import { MAKING, vmIn } from './vm-folder.js';

const NAMED = 20;

/** The VMs in Gild's own folder. */
const madeVms = async (env: NodeJS.ProcessEnv): Promise<string[]> => {
  const { vms } = homeOf(env);
  const made: string[] = [];
  for (const name of (await ifPresent(readdir(vms))) ?? []) {
    if (name === MAKING) continue;
    if (await vmIn(join(vms, name), name).catch(() => undefined)) made.push(name);
  }
  return made.sort();
};

/** For a VM that was never made, or in another folder; names those that were. */
export const noSuchVm = async (vmId: string, folder: string, env: NodeJS.ProcessEnv): Promise<Fault> => {
  const made = await madeVms(env);
  const more = made.length > NAMED ? ` and ${made.length - NAMED} more` : '';
  const found = made.length === 0 ? 'none' : `${made.slice(0, NAMED).join(', ')}${more}`;
  return new Fault(
    'VM_NOT_FOUND',
    `no VM ${vmId} was made here: there is no ${folder}. Those in GILD_HOME/vms: ${found}. Where it was made with --disk, name that folder`,
  );
};
