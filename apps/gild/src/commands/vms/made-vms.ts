import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import { Fault, faultCode } from '@gild/ports';
import { homeOf } from '../../farm/home.js';
import { holdsVm, MAKING } from './vm-folder.js';

const NAMED = 20;

/** The VMs in Gild's own folder, where folders and files of anything else may stand too. */
const madeVms = async (env: NodeJS.ProcessEnv): Promise<string[]> => {
  const { vms } = homeOf(env);
  const made: string[] = [];
  for (const name of ((await ifPresent(readdir(vms))) ?? []).sort())
    if (name !== MAKING) made.push(...(await toldOf(join(vms, name), name)));
  return made;
};

const toldOf = async (folder: string, name: string): Promise<string[]> => {
  try {
    return (await holdsVm(folder, name)) ? [name] : [];
  } catch (error) {
    if (faultCode(error) === 'VM_UNREADABLE') return [`${name} (cannot be read)`];
    throw error;
  }
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
