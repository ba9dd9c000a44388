import { base64Bytes } from '@gild/contracts';
import { base64 } from './signed-note.js';

// SubjectPublicKeyInfo of an Ed25519 key is this and the key (RFC 8410 §4).
const PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const KEY_BYTES = 32;
const PEM = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PUBLIC KEY-----\s*$/;

export const publicKeyPem = (publicKey: Uint8Array): string =>
  `-----BEGIN PUBLIC KEY-----\n${base64(new Uint8Array([...PREFIX, ...publicKey]))}\n-----END PUBLIC KEY-----\n`;

/** The 32 bytes of an Ed25519 public key, or undefined when the text is none. */
export const publicKeyOfPem = (pem: string): Uint8Array | undefined => {
  const encoded = PEM.exec(pem)?.[1]?.replaceAll(/\s/g, '');
  const bytes = encoded === undefined ? undefined : base64Bytes(encoded);
  const isKey =
    bytes?.length === PREFIX.length + KEY_BYTES && PREFIX.every((byte, index) => byte === bytes[index]);
  return isKey ? bytes.slice(PREFIX.length) : undefined;
};
