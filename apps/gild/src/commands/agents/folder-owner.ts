import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Fault } from '@gild/ports';

export type Owner = { uid: number; gid: number };

/** Whom the folder belongs to; of one that is not there yet, whom the nearest folder above it does. Fault: INVALID_REQUEST. */
export const ownerOfFolder = (folder: string): Owner => {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) return ownerOfFolder(dirname(folder));
    throw new Fault('INVALID_REQUEST', `${folder} cannot be used (${code ?? message})`, { cause });
  }
};

/**
 * Root becomes the owner of the folder for the rest of this process, so that what is made there can be read by who uses it,
 * and nothing is written where that account could not. Anybody else stays who they are.
 */
export const becomeOwnerOf = (folder: string, account: Account = process): void => {
  if (account.geteuid?.() !== 0) return;
  const { uid, gid } = ownerOfFolder(folder);
  if (uid === 0) return;
  account.setgroups?.([gid]);
  account.setgid?.(gid);
  account.setuid?.(uid);
};

type Account = Partial<Pick<NodeJS.Process, 'geteuid' | 'setgroups' | 'setgid' | 'setuid'>>;

/** Who this process is; the number of one that has no name here. */
export const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `the user ${process.getuid?.()}`;
  }
};
