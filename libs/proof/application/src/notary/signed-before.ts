import type { Checkpoint } from '@gild/proof-domain';
import { recordedKeys } from '../keys/recorded-keys.js';
import type { ProofDeps } from '../proof-deps.js';
import { newestCheckpoints, type SignedCheckpoint } from '../proof-objects.js';
import { keyIdText, type Proving, provingWithAll, requireSigner } from '../signing.js';
import { reportOtherKeys } from './other-keys.js';
import { historyDiffers } from './witness-events.js';

/** What was signed before a start. */
export type SignedBefore = {
  /** The newest of the key in use: what it covers need not be read again. */
  own: Checkpoint | undefined;
  /** The events must give the root of each of these, the smallest first: that, and the newest of every other key that signed more. */
  expected: readonly Checkpoint[];
};

/** Of revoked keys nothing counts. Fault: HISTORY_DIFFERS when others signed what the key in use should have. */
export const signedBefore = async (deps: ProofDeps, proving: Proving): Promise<SignedBefore> => {
  const inUse = keyIdText(requireSigner(deps), proving);
  const unrevoked = await provingWithAll(deps, ({ revoked }) => revoked === undefined);
  const newest: SignedCheckpoint[] = [];
  for await (const signed of newestCheckpoints(deps.objects, unrevoked)) newest.push(signed);
  if (newest.length === 0) await reportOtherKeys(deps, proving);
  const own = newest.find(({ keyId }) => keyId === inUse)?.checkpoint;
  if (own === undefined) await requireNoneAfter(inUse, newest, deps);
  const expected = newest
    .map(({ checkpoint }) => checkpoint)
    .filter((checkpoint) => checkpoint === own || checkpoint.size > (own?.size ?? 0));
  return { own, expected: expected.reverse() };
};

/** A key that was taken into use before another one signs first. */
const requireNoneAfter = async (
  inUse: string,
  newest: readonly SignedCheckpoint[],
  deps: ProofDeps,
): Promise<void> => {
  const order = (await recordedKeys(deps)).map(({ key_id: id }) => id);
  const place = order.indexOf(inUse);
  const after = newest.find(({ keyId }) => order.indexOf(keyId) > place);
  if (place < 0 || after === undefined) return;
  throw historyDiffers(
    `a checkpoint of key ${inUse}, the one in use, was expected, and there are only such of keys on record after key ${inUse} (${after.keyId})`,
  );
};
