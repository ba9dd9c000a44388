import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { Sha256OfBytes, Signer, SigningKey, VerifySignature } from '@gild/ports';

const signing = promisify(sign);

/** sha256 by OpenSSL. */
export const sha256OfBytes: Sha256OfBytes = (bytes) => hash('sha256', bytes, 'buffer');

/** Ed25519 by OpenSSL. */
export const verifyEd25519: VerifySignature = (publicKey, message, signature) => {
  try {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false; // OpenSSL takes it for no key
  }
};

/** Signs with a private key of this process, in the name of a log. */
export const ed25519Signer = (name: string, privateKey: KeyObject): Signer => ({
  name,
  ...ed25519Key(privateKey),
});

/** Signs with a private key of this process. */
export const ed25519Key = (privateKey: KeyObject): SigningKey => {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    publicKey: Uint8Array.from(Buffer.from(x, 'base64url')),
    sign: (bytes) => signing(null, bytes, privateKey),
  };
};
