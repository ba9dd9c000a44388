import { join, resolve } from 'node:path';
import { shellLine } from '@gild/vm-domain';
import { homeOf } from '../../farm/home.js';

/** The place of a VM; `isOwn`: in Gild's own folder. */
export type VmPlace = { folder: string; vmId: string; isOwn: boolean };

/** Where the files of a VM are: in the folder that is named, else in its own below `GILD_HOME`. */
export const folderOf = (vmId: string, named: string | undefined, env: NodeJS.ProcessEnv): string =>
  named === undefined ? join(homeOf(env).vms, vmId) : resolve(named);

type Deed = 'run' | 'remove';

/** What does that with the VM in the place, to be typed. */
export const commandAt = (deed: Deed, { vmId, folder, isOwn }: VmPlace): string =>
  shellLine(['gild', 'vm', deed, vmId, ...(isOwn ? [] : ['--disk', folder])]);

/** The same for a VM that was made. */
export const vmCommand = (
  deed: Deed,
  { vm_id: vmId, folder }: { vm_id: string; folder: string },
  env: NodeJS.ProcessEnv,
): string => commandAt(deed, { vmId, folder, isOwn: folder === folderOf(vmId, undefined, env) });
