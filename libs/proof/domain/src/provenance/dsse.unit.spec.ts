import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { crypto } from '../known-trees.spec.js';
import { publicKeyOfPem } from '../public-key.js';
import { openEnvelope, preAuthEncoding } from './dsse.js';
import { KEY_ID, publicKey, signed } from './record-under-test.spec.js';

const TYPE = 'application/x';
const utf8 = (text: string) => new TextEncoder().encode(text);
const opened = (envelope: Parameters<typeof openEnvelope>[0], key = publicKey) =>
  openEnvelope(envelope, { payloadType: TYPE, publicKey: key }, crypto);
const pair = fc.tuple(fc.string(), fc.string());
const foreign =
  publicKeyOfPem(
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string,
  ) ?? new Uint8Array();

describe('what is signed of an envelope', () => {
  it.each([
    // The example of the specification (protocol.md, "Test Vectors").
    [
      'http://example.com/HelloWorld',
      'hello world',
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    ],
    ['', '', 'DSSEv1 0  0 '],
    ['ü', '☃ ', 'DSSEv1 2 ü 4 ☃ '],
  ])('of type "%s" with "%s" is "%s"', (type, payload, expected) =>
    expect(new TextDecoder().decode(preAuthEncoding(type, utf8(payload)))).toBe(expected),
  );

  it('is never the same for another type or payload', () =>
    fc.assert(
      fc.property(pair, pair, ([a, b], [c, d]) => {
        const same = Buffer.from(preAuthEncoding(a, utf8(b))).equals(preAuthEncoding(c, utf8(d)));
        return same === (a === c && b === d);
      }),
    ));
});

describe('an envelope', () => {
  const envelope = signed('text?>~', TYPE);
  const [signature = { sig: '' }] = envelope.signatures;

  it('opens with the key that signed it, in either alphabet of base64, and whatever key it names', () => {
    const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
    expect(opened(envelope)).toStrictEqual({ ok: true, payload: utf8('text?>~'), keyId: KEY_ID });
    const signatures = [{ sig: urlSafe(signature.sig), keyid: 'other' }];
    expect(opened({ ...envelope, payload: urlSafe(envelope.payload), signatures }).ok).toBe(true);
  });

  it('opens when one of several signatures is that of the key', () => {
    const signatures = [{ keyid: 'other', sig: 'AAAA' }, signature];
    expect(opened({ ...envelope, signatures })).toMatchObject({ ok: true, keyId: KEY_ID });
  });

  it.each([undefined, 'other', 'gild/local+00000000'])(
    'tells no name of the key where %s is none of it',
    (keyid) => {
      const named = { sig: signature.sig, ...(keyid !== undefined && { keyid }) };
      const signatures = [{ keyid: KEY_ID, sig: 'AAAA' }, named];
      expect(opened({ ...envelope, signatures })).toMatchObject({ ok: true, keyId: undefined });
    },
  );

  it.each([
    ['payload', { payload: signed('other', TYPE).payload }, `the signature of key ${KEY_ID} is false`],
    [
      'type',
      { payloadType: 'application/y' },
      'expected a payload of type application/x, found application/y',
    ],
    [
      'signature',
      { signatures: signed('other', TYPE).signatures },
      `the signature of key ${KEY_ID} is false`,
    ],
    ['encoding', { payload: 'not base64!' }, 'expected the payload in base64'],
    [
      'key',
      { signatures: [{ sig: signed('other', TYPE).signatures[0]?.sig ?? '' }] },
      'a key without a name',
    ],
  ])('with another %s does not', (_, changed, reason) =>
    expect(opened({ ...envelope, ...changed })).toStrictEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    }),
  );

  it('of one key does not open with another, which is named', () =>
    expect(opened(envelope, foreign)).toStrictEqual({
      ok: false,
      reason: expect.stringMatching(
        new RegExp(
          `^expected a signature of the given key \\(gild/local\\+[0-9a-f]{8}\\), found one of ${KEY_ID.replace('+', '\\+')}$`,
        ),
      ),
    }));

  it('signed as one type does not open as another one', () =>
    expect(opened({ ...signed('text?>~', 'application/y'), payloadType: TYPE }).ok).toBe(false));
});
