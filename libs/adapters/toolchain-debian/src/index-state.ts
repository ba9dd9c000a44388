import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { digestPlainFile } from '@gild/node-runtime';
import { Fault, faultCode } from '@gild/ports';

type Look = { digests: readonly string[] } | { unread: string };

/** The signed indexes with their digests, or the first that is none: no file, or gone since it was listed. */
const lookAt = async (lists: string): Promise<Look> => {
  const names = (await readdir(lists)).filter((name) => name.endsWith('Release')).sort();
  const digests: string[] = [];
  for (const name of names) {
    const found = await digestPlainFile(lists, name);
    if (found === undefined) return { unread: name };
    digests.push(`${name} ${found.sha256}`);
  }
  return { digests };
};

const MOST_LOOKS = 10;
const PAUSE_MS = 10;

/** Names what the repositories say of themselves in a folder of lists that others may be replacing. Fault: PACKAGE_FAILED. */
export const indexState = async (lists: string): Promise<string> => {
  for (let count = 1; ; count += 1) {
    const look = await lookAt(lists);
    if ('digests' in look) return createHash('sha256').update(look.digests.join('\n')).digest('hex');
    if (count === MOST_LOOKS)
      throw new Fault('PACKAGE_FAILED', `${join(lists, look.unread)} is no file that apt wrote.`);
    await setTimeout(PAUSE_MS);
  }
};

type Repeating = {
  state: () => Promise<string>;
  /** Told before it is done once more. */
  again: () => Promise<void>;
};

/**
 * Does what reads the indexes. What failed while they were replaced is done once more: it may have read some of the old ones and
 * some of the new. Not what waited in vain.
 */
export const onIndexes = async <T>({ state, again }: Repeating, work: () => Promise<T>): Promise<T> => {
  const before = await state();
  try {
    return await work();
  } catch (error) {
    const hasWaited = faultCode(error) === 'BUILD_SILENT';
    if (hasWaited || (await state().catch(() => before)) === before) throw error;
    await again();
    return work();
  }
};
