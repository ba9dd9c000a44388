import type { RecordedKey } from '@gild/contracts';
import { Fault, type EventStore } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { recordedKeys } from './recorded-keys.js';

/** A revoked key, and how much of the log was there before what is not believed of it any more. */
type Revocation = { why: string; events: number; position: string | undefined };

/** Whether what a key signed is believed, by the place it has in the log and by no clock of whoever signed. */
export type Revocations = {
  /** Why a checkpoint of so many events is not; undefined when it is. */
  ofCheckpoint: (keyId: string, size: number) => string | undefined;
  /** Why a signature that was recorded at the position is not; undefined when it is. */
  ofSignature: (keyId: string, position: string) => string | undefined;
};

export const revocationsOf = async (deps: Pick<ProofDeps, 'store' | 'registryId'>): Promise<Revocations> => {
  const { store } = deps;
  const found = new Map<string, Revocation>();
  for (const key of await recordedKeys(deps)) {
    const { revoked } = key;
    if (revoked !== undefined)
      found.set(key.key_id, {
        why: whyText(key.key_id, revoked),
        ...(await logBefore(revoked.since, store)),
      });
  }
  return {
    ofCheckpoint: (keyId, size) => {
      const revocation = found.get(keyId);
      return revocation === undefined || size <= revocation.events ? undefined : revocation.why;
    },
    ofSignature: (keyId, position) => {
      const revocation = found.get(keyId);
      if (revocation === undefined) return undefined;
      const { position: last, why } = revocation;
      return last !== undefined && store.comparePositions(position, last) <= 0 ? undefined : why;
    },
  };
};

const whyText = (keyId: string, { by, at, reason, since }: NonNullable<RecordedKey['revoked']>): string =>
  `key ${keyId} was revoked by ${by} at ${at}${since === undefined ? '' : ` for all that was not on record at ${since}`}: ${reason}`;

/** The events before the first one that is later. */
const logBefore = async (
  since: string | undefined,
  store: EventStore,
): Promise<Pick<Revocation, 'events' | 'position'>> => {
  let events = 0;
  let position: string | undefined;
  if (since === undefined) return { events, position };
  for await (const event of store.readAll()) {
    if (event.metadata.time > since) break;
    events += 1;
    position = event.position;
  }
  return { events, position };
};

export const keyRevoked = (what: string, why: string): Fault => new Fault('KEY_REVOKED', `${what}: ${why}`);
