import { originOf } from '@gild/proof-domain';
import type { Signer, SigningKey } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { recordedKeys } from './recorded-keys.js';

type Log = Pick<ProofDeps, 'store' | 'registryId' | 'sha256OfBytes'>;

/**
 * The key under the name of the log it signs. A log keeps the name that its first key was recorded with, whatever is `wanted`; a new one has the
 * name that is wanted, or one that follows from the key.
 */
export const signerOf = async (key: SigningKey, log: Log, wanted?: string): Promise<Signer> => {
  const name = (await recordedOrigin(log)) ?? wanted ?? originOf(key.publicKey, log.sha256OfBytes);
  return { name, publicKey: key.publicKey, sign: (bytes) => key.sign(bytes) };
};

const recordedOrigin = async (log: Log): Promise<string | undefined> => (await recordedKeys(log))[0]?.name;
