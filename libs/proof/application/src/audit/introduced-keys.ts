import { type AuditKeys, SigningKeyIntroduced, streams } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { ProofDeps } from '../proof-deps.js';

const parse = eventParser(SigningKeyIntroduced);

/** Every key that is on record, oldest first. */
export const introducedKeys = async ({
  store,
  registryId,
}: Pick<ProofDeps, 'store' | 'registryId'>): Promise<AuditKeys> => {
  const keys: AuditKeys['keys'] = [];
  for await (const recorded of store.readStream(streams.keys(registryId))) {
    const event = parse(recorded);
    if (event === undefined) continue;
    const { keyId: key_id, publicKey: public_key, name } = event.data;
    keys.push({ name, key_id, public_key, introduced_at: recorded.metadata.time });
  }
  return { keys };
};
