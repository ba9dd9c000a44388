import { makeSigningKeyFile, signingKeyFile, takeSigningKeyFile } from '@gild/node-runtime';
import { type KeyRotation, type ProofDeps, recordedKeys } from '@gild/proof-application';
import { publicKeyPem } from '@gild/proof-domain';
import { Fault, type Signer, type SigningKey } from '@gild/ports';

type Log = Pick<ProofDeps, 'store' | 'registryId'>;

/** The keys of a farm that keeps its own: one file with the key in use, and while it is rotated one with the next. */
export type FarmKeys = { readonly signer: Signer | undefined; rotation: KeyRotation };

/** Fault: SETTINGS_INVALID, told where that must hinder nothing. */
export const farmKeys = async (
  path: string,
  named: (key: SigningKey) => Promise<Signer>,
  unreadable: (error: unknown) => undefined,
): Promise<FarmKeys> => {
  const next = nextOf(path);
  const first = await signingKeyFile(path).catch(unreadable);
  let signer = first && (await named(first));
  /** Another key of the same log. */
  const ofLog = async (key: SigningKey): Promise<Signer> =>
    signer === undefined
      ? named(key)
      : { name: signer.name, publicKey: key.publicKey, sign: (bytes) => key.sign(bytes) };
  return {
    get signer() {
      return signer;
    },
    rotation: {
      next: async () => {
        await makeSigningKeyFile(next);
        const made = await signingKeyFile(next);
        if (made !== undefined) return ofLog(made);
        throw new Fault('CONFLICT', 'the key is being rotated by another process; try again', {
          retryable: true,
        });
      },
      take: async () => {
        await takeSigningKeyFile(next, path);
        const taken = await signingKeyFile(path);
        signer = taken && (await ofLog(taken));
      },
    },
  };
};

const nextOf = (path: string): string => `${path}.next`;

/** Takes the next key into use if that was recorded and the process died on it. */
export const finishRotation = async (path: string, log: Log): Promise<void> => {
  const next = await signingKeyFile(nextOf(path));
  if (next === undefined) return;
  const pem = publicKeyPem(next.publicKey);
  if ((await recordedKeys(log)).some((key) => key.public_key === pem))
    await takeSigningKeyFile(nextOf(path), path);
};
