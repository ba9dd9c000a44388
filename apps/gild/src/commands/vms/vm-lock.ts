import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeFileLock } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { homeOf } from '../../farm/home.js';
import { MAKING } from './vm-folder.js';

/**
 * Works on the VM of that name while no other process of this user does, or runs it: what the cache keeps for it is of one VM. The file of the lock
 * stays, for one that is removed while somebody takes it would be two. Fault: CONFLICT.
 */
export const aloneWithVm = async <T>(
  vmId: string,
  env: NodeJS.ProcessEnv,
  work: () => Promise<T>,
): Promise<T> => {
  const folder = join(homeOf(env).vms, MAKING);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = takeFileLock(join(folder, `lock-${vmId}`));
  if (lock === undefined)
    throw new Fault(
      'CONFLICT',
      `another gild makes, runs or removes ${vmId} on this host now; try again when it has ended`,
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
};
