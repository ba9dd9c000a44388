import { base64Bytes, type DsseEnvelope } from '@gild/contracts';
import { base64, hex, isKeyName, keyIdOf, type NoteCrypto, type NoteKey } from '../signed-note.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * What is really signed: type and payload, each with its length, so that neither can be taken for the other (DSSE v1, PAE,
 * https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md).
 */
export const preAuthEncoding = (payloadType: string, payload: Uint8Array): Uint8Array => {
  const head = utf8(`DSSEv1 ${String(utf8(payloadType).length)} ${payloadType} ${String(payload.length)} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
};

/** How an envelope names a key: `NAME+ID`, the beginning of a verifier key of C2SP signed-note. */
export const envelopeKeyId = (key: NoteKey, { sha256 }: Pick<NoteCrypto, 'sha256'>): string =>
  `${key.name}+${hex(keyIdOf(key, sha256))}`;

type Sealed = { payloadType: string; payload: Uint8Array; keyId: string; signature: Uint8Array };

export const sealedEnvelope = ({ payloadType, payload, keyId, signature }: Sealed): DsseEnvelope => ({
  payload: base64(payload),
  payloadType,
  signatures: [{ keyid: keyId, sig: base64(signature) }],
});

/** `keyId`: how the signature that is true names the key; undefined where it names none, or another one. */
export type OpenedEnvelope =
  { ok: true; payload: Uint8Array; keyId: string | undefined } | { ok: false; reason: string };

/**
 * The payload, if the key signed it as that type. Which key an envelope names decides nothing: it only tells, of a signature that is
 * not the key's, whether it is false or somebody else's.
 */
export const openEnvelope = (
  envelope: DsseEnvelope,
  { payloadType, publicKey }: { payloadType: string; publicKey: Uint8Array },
  crypto: NoteCrypto,
): OpenedEnvelope => {
  if (envelope.payloadType !== payloadType)
    return { ok: false, reason: `expected a payload of type ${payloadType}, found ${envelope.payloadType}` };
  const payload = decoded(envelope.payload);
  if (payload === undefined) return { ok: false, reason: 'expected the payload in base64, found other text' };
  const message = preAuthEncoding(payloadType, payload);
  const found = envelope.signatures.find(({ sig }) => {
    const signature = decoded(sig);
    return signature !== undefined && crypto.verify(publicKey, message, signature);
  });
  if (found === undefined) return { ok: false, reason: whyNot(envelope, publicKey, crypto) };
  const { keyid } = found;
  const isOurs = keyid !== undefined && keyid === expectedKeyId(keyid, publicKey, crypto);
  return { ok: true, payload, keyId: isOurs ? keyid : undefined };
};

/** DSSE allows both alphabets of base64 (RFC 4648 §4 and §5). */
const decoded = (text: string): Uint8Array | undefined =>
  base64Bytes(text.replaceAll('-', '+').replaceAll('_', '/'));

const whyNot = (
  { signatures }: DsseEnvelope,
  publicKey: Uint8Array,
  crypto: Pick<NoteCrypto, 'sha256'>,
): string => {
  const named = signatures.flatMap(({ keyid }) => keyid ?? []);
  const ours = named.find((keyId) => keyId === expectedKeyId(keyId, publicKey, crypto));
  if (ours !== undefined)
    return `the signature of key ${ours} is false: the statement is not what was signed, or the signature was changed`;
  const expected = expectedKeyId(named[0] ?? '', publicKey, crypto);
  return `expected a signature of the given key${expected === undefined ? '' : ` (${expected})`}, found one of ${named.join(', ') || 'a key without a name'}`;
};

/** What the key would be called under the name that an envelope gives. */
const expectedKeyId = (
  keyId: string,
  publicKey: Uint8Array,
  crypto: Pick<NoteCrypto, 'sha256'>,
): string | undefined => {
  const name = keyId.slice(0, Math.max(0, keyId.lastIndexOf('+')));
  return isKeyName(name) ? envelopeKeyId({ name, publicKey }, crypto) : undefined;
};
