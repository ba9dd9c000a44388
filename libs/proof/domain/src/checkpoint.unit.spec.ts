import { generateKeyPairSync, sign } from 'node:crypto';
import { checkpointText, openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { judgeProof } from './event-proof.js';
import { crypto, hashes, leaves, ofBase64, rootOf, sha256 } from './known-trees.spec.js';
import { leafHash } from './leaf.js';
import { publicKeyOfPem, publicKeyPem } from './public-key.js';
import { base64, hex, keyIdOf, openNote, signedNote } from './signed-note.js';

// The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note.
const NEUMANN = {
  name: 'PeterNeumann',
  publicKey: ofBase64('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').slice(1),
};
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

const pair = (name: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const key = { name, publicKey: publicKeyOfPem(pem) ?? new Uint8Array() };
  const named = { name, keyId: keyIdOf(key, sha256) };
  const signing = (text: string): string =>
    signedNote(text, named, sign(null, Buffer.from(text), privateKey));
  return { pem, key, named, signing };
};
const ours = pair('gild/local');
const theirs = pair('gild/local');
const root = rootOf(leaves(3));
const text = checkpointText({ origin: 'gild/local', size: 3, root });
const note = ours.signing(text);

describe('a signed note', () => {
  it('of another program is read, and its key has the known id', () => {
    expect(hex(keyIdOf(NEUMANN, sha256))).toBe('c74f20a3');
    expect(openNote(`${TEXT}\n${LINE}`, [NEUMANN], crypto)).toStrictEqual({ text: TEXT, signedBy: NEUMANN });
  });

  it('passes over signatures of others, and says nothing without one that is known', () => {
    const both = note + theirs.signing(text).slice(text.length + 1);
    expect(openNote(both, [ours.key], crypto)?.text).toBe(text);
    expect(openNote(both, [theirs.key], crypto)?.signedBy).toStrictEqual(theirs.key);
    expect(openNote(note, [theirs.key], crypto)).toBeUndefined();
  });

  it.each([
    ['has other text', note.replace('\n3\n', '\n4\n')],
    ['has another signature', signedNote(text, ours.named, new Uint8Array(64))],
    ['lacks its last line end', note.slice(0, -1)],
    ['has no signature', `${text}\n`],
    ['holds a control character', ours.signing(`gild\u0007/local\n3\n${base64(root)}\n`)],
  ])('is none when it %s', (_, changed) => expect(openNote(changed, [ours.key], crypto)).toBeUndefined());
});

describe('a checkpoint', () => {
  it('reads as it was written', () => {
    expect(text).toBe(`gild/local\n3\n${base64(root)}\n`);
    expect(openCheckpoint(note, [ours.key], crypto)?.checkpoint).toMatchObject({
      origin: 'gild/local',
      size: 3,
    });
  });

  it('of another log is none of ours, though our key signed it', () =>
    expect(openCheckpoint(ours.signing(text.replace('local', 'other')), [ours.key], crypto)).toBeUndefined());

  it.each([
    'gild/local\n03\n' + base64(root) + '\n',
    'gild/local\n-3\n' + base64(root) + '\n',
    'gild/local\n3\n' + base64(root.slice(1)) + '\n',
    'gild/local\n99999999999999999999\n' + base64(root) + '\n',
    '\n3\n' + base64(root) + '\n',
  ])('is not %j', (other) => expect(parseCheckpoint(other)).toBeUndefined());
});

describe('the proof of an event', () => {
  const event = {
    stream: 'image-web',
    revision: 0,
    id: 'a',
    type: 'ImageDefined',
    data: { by: 'ada', of: 'web' },
    metadata: {},
  };
  const leaf = leafHash(event, hashes);
  const [other = leaf] = leaves(1);
  const size2 = ours.signing(
    checkpointText({ origin: 'gild/local', size: 2, root: hashes.node(leaf, other) }),
  );
  const proof = { event, index: 0, hashes: [base64(other)], checkpoint: size2 };

  it('convinces with the public key alone', () =>
    expect(judgeProof(proof, [ours.key], crypto)).toStrictEqual({ proven: true, size: 2 }));

  it('is the same for an event whose members came in another order', () => {
    const { stream, revision, id, type, data, metadata } = event;
    const turned = { metadata, data: { of: data.of, by: data.by }, type, id, revision, stream };
    expect(judgeProof({ ...proof, event: turned }, [ours.key], crypto)).toMatchObject({ proven: true });
  });

  it.each([
    ['event', { event: { ...event, data: { by: 'eve', of: 'web' } } }],
    ['place', { index: 1 }],
    ['hash', { hashes: [base64(leaf)] }],
    ['length', { hashes: [] }],
    ['checkpoint', { checkpoint: size2.replace('\n2\n', '\n3\n') }],
  ])('does not with another %s', (_, changed) =>
    expect(judgeProof({ ...proof, ...changed }, [ours.key], crypto)).toMatchObject({ proven: false }),
  );

  it('does not with another key', () =>
    expect(judgeProof(proof, [theirs.key], crypto)).toStrictEqual({
      proven: false,
      reason: 'its checkpoint has no good signature of the given key',
    }));
});

describe('a public key', () => {
  it('is written as other programs write it', () => expect(publicKeyPem(ours.key.publicKey)).toBe(ours.pem));
  it('is not read from another text', () =>
    expect([publicKeyOfPem('x'), publicKeyOfPem(ours.pem.replace('MCow', 'MCox'))]).toStrictEqual([
      undefined,
      undefined,
    ]));
});
