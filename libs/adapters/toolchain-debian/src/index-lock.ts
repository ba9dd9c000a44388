import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@gild/node-runtime';

const passOver =
  (code: string) =>
  (error: unknown): void => {
    if (systemCode(error) !== code) throw error;
  };

/** Makes the file that is locked: a program that may only read its folder cannot. */
export const makeIndexLock = async (folder: string): Promise<void> => {
  const path = join(folder, 'lock');
  await writeFile(path, '', { flag: 'wx' }).catch(passOver('EEXIST'));
  // One that a sandbox made may be of an id that is not ours, and everybody may read it.
  await chmod(path, 0o644).catch(passOver('EPERM'));
};

const WAITING = 'Waiting for another build that reads these package indexes';

/** Goes on with the lock, until the process ends; while it waits it says so, so that nobody takes it for stuck. */
const locked = (how: '--shared' | '--exclusive'): string => `exec 9</run/apt/index/lock
flock ${how} --nonblock 9 || until echo '${WAITING}'; flock ${how} --wait 20 9; do :; done
`;

/** A command that reads the indexes while nobody replaces them. */
export const reading = (argv: readonly string[]): readonly string[] => [
  ...['sh', '-c', `${locked('--shared')}exec "$@"`, 'sh'],
  ...argv,
];

/** What the command printed itself. */
export const withoutWaiting = (output: string): string => output.replaceAll(`${WAITING}\n`, '');

/** Whoever waited for another's update has what that brought. */
const REPLACE = `cd /run/apt/index
before=$(cat updated 2>/dev/null)
${locked('--exclusive')}[ "$(cat updated 2>/dev/null)" = "$before" ] || exit 0
apt-get update -q || exit
date +%s.%N >updated`;

/** The command that replaces the indexes while nobody reads them. */
export const REPLACING: readonly string[] = ['sh', '-c', REPLACE];
