import { base64Bytes } from '@gild/contracts';
import { sameBytes } from './tree-hashes.js';

/** What signs or verifies notes: an Ed25519 public key (32 bytes) under a name (C2SP signed-note). */
export type NoteKey = { name: string; publicKey: Uint8Array };

/** What the mathematics of signatures is left to. */
export type NoteCrypto = {
  sha256: (bytes: Uint8Array) => Uint8Array;
  verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
};

const ED25519 = 1;
const KEY_ID_BYTES = 4;
const MOST_SIGNATURES = 64;
const NAME = /^[^\s+\p{Cc}]+$/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Which key a signature is of; a hint, not a proof: whoever verifies has the key itself. */
export const keyIdOf = ({ name, publicKey }: NoteKey, sha256: NoteCrypto['sha256']): Uint8Array => {
  const named = utf8(`${name}\n`);
  const bytes = new Uint8Array(named.length + 1 + publicKey.length);
  bytes.set(named);
  bytes[named.length] = ED25519;
  bytes.set(publicKey, named.length + 1);
  return sha256(bytes).slice(0, KEY_ID_BYTES);
};

export const isKeyName = (name: string): boolean => NAME.test(name);

/** The text with the signature of the key below it. */
export const signedNote = (
  text: string,
  key: { name: string; keyId: Uint8Array },
  signature: Uint8Array,
): string => `${text}\n\u2014 ${key.name} ${base64(new Uint8Array([...key.keyId, ...signature]))}\n`;

/**
 * The text of a note that one of the keys signed, and which. Signatures of others are passed over; undefined when none is of
 * a known key, when one of a known key is false, or when it is no note.
 */
export const openNote = (
  note: string,
  keys: readonly NoteKey[],
  crypto: NoteCrypto,
): { text: string; signedBy: NoteKey } | undefined => {
  const parts = partsOf(note);
  if (parts === undefined) return undefined;
  const message = utf8(parts.text);
  let signedBy: NoteKey | undefined;
  for (const { name, keyId, signature } of parts.signatures) {
    const key = keys.find((known) => known.name === name && sameBytes(keyIdOf(known, crypto.sha256), keyId));
    if (key === undefined) continue;
    if (!crypto.verify(key.publicKey, message, signature)) return undefined;
    signedBy ??= key;
  }
  return signedBy && { text: parts.text, signedBy };
};

type Signature = { name: string; keyId: Uint8Array; signature: Uint8Array };

const partsOf = (note: string): { text: string; signatures: Signature[] } | undefined => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || CONTROL.test(note)) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return undefined;
  const signatures = lines.map(signatureIn);
  return signatures.every((found) => found !== undefined)
    ? { text: note.slice(0, end + 1), signatures }
    : undefined;
};

const signatureIn = (line: string): Signature | undefined => {
  const [, name, encoded] = SIGNATURE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : base64Bytes(encoded);
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
};
