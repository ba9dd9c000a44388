import type { StoredObject } from '@gild/contracts';
import { Fault, mismatchedObject } from '@gild/ports';
import type { Condition } from './multipart.js';
import { headOf, measureObject, type Present, type Reading } from './read-object.js';

export type Stored = StoredObject & { created: boolean };

/** Gives the object its bytes; `taken` when the condition did not hold, `unknown` when the answer was lost. */
export type Write = (condition: Condition) => Promise<'stored' | 'taken' | 'unknown'>;

const TURNS = 5;

/**
 * Creates an object once. The condition goes with the request; because not every server keeps to it, what is there is
 * looked at before, and after. What is there already is read whole: equal bytes are success, others are replaced where
 * the key names the right digest, and else refused.
 */
export const settle = async (
  reading: Reading,
  target: { object: StoredObject; name: string },
  write: Write,
): Promise<Stored> => {
  const { object, name } = target;
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const found = await foundOf(reading, target);
    if (found === 'same') return { ...object, created: false };
    const written = await write(found === 'damaged' ? 'replace' : 'create');
    if (written === 'stored' && isOurs(await headOf(reading.calls, name), object))
      return { ...object, created: true };
  }
  throw new Fault('STORE_IO', `${object.key} is stored and removed by others by turns`, { retryable: true });
};

/** Whether the very bytes are there already, or others that have to go. Fault: OBJECT_MISMATCH when others may stay. */
export const foundOf = async (
  reading: Reading,
  target: { object: StoredObject; name: string },
): Promise<'same' | 'damaged' | 'absent'> =>
  (await headOf(reading.calls, target.name)) === undefined ? 'absent' : judge(reading, target);

const judge = async (
  reading: Reading,
  { object, name }: { object: StoredObject; name: string },
): Promise<'same' | 'damaged' | 'absent'> => {
  const found = await measureObject(reading, name);
  if (found === undefined) return 'absent';
  if (found.sha256 === object.sha256) return 'same';
  if (object.key.includes(object.sha256)) return 'damaged';
  throw mismatchedObject(object.key, object.sha256, found.sha256);
};

/** Where two wrote at once and the server let both, the later one's claim is there. */
const isOurs = (present: Present | undefined, { sha256, sizeBytes }: StoredObject): boolean =>
  present !== undefined &&
  present.sizeBytes === sizeBytes &&
  (present.claimedSha256 === undefined || present.claimedSha256 === sha256);
