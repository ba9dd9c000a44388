import type { RecordedKey } from '@gild/contracts';
import { Fault, type EventStore } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { recordedKeys } from './recorded-keys.js';

/** A revoked key, and the last event before what is not believed of it any more. */
type Revocation = { why: string; position: string | undefined; events?: Promise<number> };

/** Whether what a key signed is believed, by the place it has in the log and by no clock of whoever signed. */
export type Revocations = {
  /** Why a checkpoint of so many events is not; undefined when it is. Counts events only of a key that was revoked since a time. */
  ofCheckpoint: (keyId: string, size: number) => Promise<string | undefined>;
  /** Why a signature that was recorded at the position is not; undefined when it is. */
  ofSignature: (keyId: string, position: string) => string | undefined;
};

export const revocationsOf = async (deps: Pick<ProofDeps, 'store' | 'registryId'>): Promise<Revocations> => {
  const { store } = deps;
  const found = new Map<string, Revocation>();
  for (const key of await recordedKeys(deps)) {
    const { revoked } = key;
    if (revoked === undefined) continue;
    const position = revoked.since === undefined ? undefined : await store.positionAt(revoked.since);
    found.set(key.key_id, { why: whyText(key.key_id, revoked), position });
  }
  return {
    ofCheckpoint: async (keyId, size) => {
      const revocation = found.get(keyId);
      if (revocation === undefined) return undefined;
      revocation.events ??= eventsUpTo(revocation.position, store);
      return size <= (await revocation.events) ? undefined : revocation.why;
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

const eventsUpTo = async (last: string | undefined, store: EventStore): Promise<number> => {
  let events = 0;
  if (last === undefined) return events;
  for await (const { position } of store.readAll()) {
    if (store.comparePositions(position, last) > 0) break;
    events += 1;
  }
  return events;
};

export const keyRevoked = (what: string, why: string): Fault => new Fault('KEY_REVOKED', `${what}: ${why}`);
