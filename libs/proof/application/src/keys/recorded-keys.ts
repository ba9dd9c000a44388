import { type RecordedKey, SigningKeyEvent, streams } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import { believesLess } from '@gild/proof-domain';
import type { RecordedEvent } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';

const parse = eventParser(SigningKeyEvent);

type Log = Pick<ProofDeps, 'store' | 'registryId'>;

/** Every key that is on record, in the order of their first use, with what became of it. */
export const recordedKeys = ({ store, registryId }: Log): Promise<RecordedKey[]> =>
  keysIn(store.readStream(streams.keys(registryId)));

/** The same of events that were read elsewhere; other events among them are passed over. */
export const keysIn = async (
  events: AsyncIterable<Omit<RecordedEvent, 'position'>>,
): Promise<RecordedKey[]> => {
  const keys = new Map<string, RecordedKey>();
  for await (const recorded of events) {
    const event = parse({ ...recorded, position: '' });
    if (event === undefined) continue;
    const { time } = recorded.metadata;
    if (event.type === 'SigningKeyRevoked') {
      const { keyId, ...revocation } = event.data;
      const key = keys.get(keyId);
      if (key !== undefined && (key.revoked === undefined || believesLess(revocation, key.revoked)))
        keys.set(keyId, { ...key, revoked: { at: time, ...revocation } });
    } else if (!keys.has(event.data.keyId)) {
      keys.set(event.data.keyId, keyOf(event, time));
    }
  }
  return [...keys.values()];
};

const keyOf = (
  event: Exclude<SigningKeyEvent, { type: 'SigningKeyRevoked' }>,
  introduced_at: string,
): RecordedKey => {
  const { keyId: key_id, publicKey: public_key, name } = event.data;
  const key = { name, key_id, public_key, introduced_at };
  if (event.type === 'SigningKeyIntroduced') return key;
  const { from, signature } = event.data;
  return { ...key, rotation: { from, signature } };
};
