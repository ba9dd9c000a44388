import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@gild/node-runtime';

/** Makes the file that is locked: a program that may only read its folder cannot. */
export const makeIndexLock = async (folder: string): Promise<void> => {
  const path = join(folder, 'lock');
  try {
    await writeFile(path, '', { flag: 'wx' });
    await chmod(path, 0o644);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
};

/** A command that reads the indexes while nobody replaces them. */
export const reading = (argv: readonly string[]): readonly string[] => [
  ...['flock', '--shared', '/run/apt/index/lock'],
  ...argv,
];

/** Whoever waited for another's update has what that brought. */
const REPLACE = `cd /run/apt/index
before=$(cat updated 2>/dev/null)
flock --nonblock lock true || echo 'Waiting for another build that reads these package indexes'
exec flock lock sh -c '
  [ "$(cat updated 2>/dev/null)" = "$1" ] || exit 0
  apt-get update -q || exit
  date +%s.%N >updated
' sh "$before"`;

/** The command that replaces the indexes while nobody reads them. */
export const REPLACING: readonly string[] = ['sh', '-c', REPLACE];
