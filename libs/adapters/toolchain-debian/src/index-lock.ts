import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

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

const WAITING = 'Waiting for another build that uses these package indexes';
const MOST_WAITS = 60;
const WAIT_S = 20;
/** What none of apt's programs ends with. */
const HELD = 75;

/** Runs the rest of the arguments under the lock; says now and then that it waits, so that nobody takes it for stuck. */
const LOCKED = `how=$1 wait=0.1 count=0
shift
while
  flock "$how" --wait "$wait" --conflict-exit-code ${HELD} /run/apt/index/lock "$@"
  code=$?
  [ "$code" = ${HELD} ] && [ "$count" -lt ${MOST_WAITS} ]
do
  echo '${WAITING}'
  wait=${WAIT_S} count=$((count + 1))
done
exit "$code"`;

/** A command that reads the indexes while nobody replaces them. */
export const reading = (argv: readonly string[]): readonly string[] => [
  ...['sh', '-c', LOCKED, 'sh', '--shared'],
  ...argv,
];

/** Whoever waited for another's update has what that brought. */
const REPLACE = `set -- --exclusive sh -c '
  [ "$(cat /run/apt/index/updated 2>/dev/null)" = "$1" ] || exit 0
  apt-get update -q || exit
  date +%s.%N >/run/apt/index/updated
' sh "$(cat /run/apt/index/updated 2>/dev/null)"
${LOCKED}`;

/** The command that replaces the indexes while nobody reads them. */
export const REPLACING: readonly string[] = ['sh', '-c', REPLACE];

/** Whether a command that has not begun says that it waits. */
export const isWaiting = (chunk: Uint8Array): boolean => Buffer.from(chunk).toString().startsWith(WAITING);

/**
 * What such a command came to. Faults: BUILD_SILENT, when others held the lock all the time; PACKAGE_FAILED, when there can be
 * no lock.
 */
export const underLock = ({ exitCode, output }: { exitCode: number; output: string }) => {
  if (exitCode === HELD)
    throw new Fault(
      'BUILD_SILENT',
      `Others have used the package indexes here for ${(MOST_WAITS * WAIT_S) / 60} minutes: end the one that is stuck, if one is, ` +
        'and try again.',
    );
  const trouble = exitCode === 0 ? undefined : /^flock: .+$/m.exec(output)?.[0];
  if (trouble !== undefined)
    throw new Fault('PACKAGE_FAILED', `The package indexes could not be locked: ${trouble}`);
  return { exitCode, output: output.replaceAll(`${WAITING}\n`, '') };
};
