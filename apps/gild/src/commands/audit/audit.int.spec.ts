import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519Signer, sha256OfBytes } from '@gild/node-runtime';
import {
  base64,
  checkpointText,
  keyIdOf,
  leafHash,
  publicKeyPem,
  signedNote,
  treeHashes,
} from '@gild/proof-domain';
import { GildUnderTest } from '../../gild-under-test.spec.js';

const hashes = treeHashes(sha256OfBytes);
const event = {
  ...{ stream: 'version-web@1.0.0', revision: 1, id: 'x', type: 'VersionPublished' },
  ...{ data: { version: '1.0.0' }, metadata: {} },
};
const other = hashes.leaf(new Uint8Array());

const pair = (origin = 'gild/local') => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = ed25519Signer(origin, privateKey);
  const keyId = keyIdOf(signer, sha256OfBytes);
  const noteOf = (size: number, root: Uint8Array): string => {
    const text = checkpointText({ origin: signer.name, size, root });
    return signedNote(text, { name: signer.name, keyId }, sign(null, Buffer.from(text), privateKey));
  };
  return { pem: publicKeyPem(signer.publicKey), noteOf };
};
const ours = pair();
const root = hashes.node(other, leafHash(event, hashes));
const newest = ours.noteOf(2, root);
const earlier = ours.noteOf(1, other);
const proof = { event, index: 1, hashes: [base64(other)], checkpoint: newest };
const report = {
  ...{ proven: true, root_matches: true, events: 3, signed: 2, unsigned: 1, checkpoint: newest },
  ...{ key_id: 'c0ffee00', findings: [], more: false },
};
const same = {
  ...{ size: 1, verdict: 'same', message: 'the kept checkpoint has 1 events' },
  consistency: [base64(leafHash(event, hashes))],
};

describe('gild audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-audit-'));
  const gild = new GildUnderTest();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const key = file('gild.pem', ours.pem);
  const foreign = file('foreign.pem', pair().pem);

  beforeAll(() => gild.start());
  afterAll(() => {
    gild.stop();
    rmSync(folder, { recursive: true });
  });

  it('leaves with 0 when all is proven, and says what is not signed yet', async () => {
    gild.answerJson(report);
    expect(await gild.run(['audit', 'verify'])).toMatchObject({
      code: 0,
      stdout:
        '3 events, 2 signed with key c0ffee00, 1 not signed yet\nevery signed event is as it was signed\n',
    });
  });

  it('leaves with 1 and names what differs', async () => {
    const findings = [{ kind: 'edited', index: 1, message: 'event 1 is not what was signed' }];
    gild.answerJson({ ...report, proven: false, root_matches: false, findings, more: true });
    expect(await gild.run(['audit', 'verify'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'DIFFERS: event 1 is not what was signed\nDIFFERS: there is more\nthe events are not those that were signed\n',
      ),
    });
  });

  it('leaves with 1 when the history does not continue the kept checkpoint', async () => {
    const kept = { size: 9, verdict: 'shorter', message: 'an older history' };
    gild.answerJson({ ...report, proven: false, kept });
    const ran = await gild.run(['audit', 'verify', '--checkpoint', file('kept.txt', earlier)]);
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('DIFFERS: an older history\n') });
  });

  it('does not take the word of a server for the checkpoint and the key that were kept', async () => {
    const kept = file('kept.txt', earlier);
    const asked = (pem: string) => gild.run(['audit', 'verify', '--checkpoint', kept, '--key', pem]);
    gild.answerJson({ ...report, kept: same });
    expect(await asked(key)).toMatchObject({ code: 0 });
    expect(await asked(foreign)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'DIFFERS: the newest checkpoint has no good signature of the given key',
      ),
    });
    gild.answerJson({ ...report, kept: { ...same, consistency: [base64(root)] } });
    expect(await asked(key)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('DIFFERS: the newest checkpoint is not shown to continue the kept one'),
    });
  });

  it('says when the kept checkpoint is of another log', async () => {
    const kept = file('kept.txt', pair('gild/other').noteOf(1, other));
    gild.answerJson({ ...report, kept: same });
    expect(await gild.run(['audit', 'verify', '--checkpoint', kept, '--key', key])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'DIFFERS: the kept checkpoint is of the log gild/other, and this is the log gild/local\n',
      ),
    });
  });

  it('follows the history from one key to the next', async () => {
    const next = pair();
    const kept = file('kept.txt', earlier);
    gild.answerJson({ ...report, checkpoint: next.noteOf(2, root), kept: same });
    const asked = (...keys: string[]) =>
      gild.run(['audit', 'verify', '--checkpoint', kept, '--key', ...keys]);
    const renewed = file('next.pem', next.pem);
    expect(await asked(key, renewed)).toMatchObject({ code: 0 });
    expect(await asked(renewed)).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining('the kept checkpoint has no good signature') },
    });
  });

  it('has a key rotated or revoked, and lists those on record', async () => {
    const recorded = {
      ...{ name: 'gild/local', key_id: 'c0ffee00', public_key: ours.pem, introduced_at: 'then' },
    };
    const revoked = { ...recorded, revoked: { at: 'now', by: 'ada', reason: 'stolen', since: 'noon' } };
    let asked = gild.answerJson(recorded);
    expect(await gild.run(['audit', 'key', 'rotate', '--reason', 'yearly'])).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('signs with key c0ffee00 from here on') },
    });
    expect(asked).toStrictEqual(['/v1/audit/keys']);
    asked = gild.answerJson(revoked);
    const args = ['--reason', 'stolen', '--since', 'noon'];
    expect(await gild.run(['audit', 'key', 'revoke', 'c0ffee00', ...args])).toMatchObject({
      code: 0,
      stdout:
        'c0ffee00 of gild/local since then, revoked at now by ada: stolen (what was on record at noon stays valid)\n',
    });
    expect(asked).toStrictEqual(['/v1/audit/keys/c0ffee00/revocation']);
    const forged = { ...recorded, key_id: 'bad', rotation: { from: 'c0ffee00', signature: 'AA==' } };
    gild.answerJson({ keys: [recorded, forged] });
    expect(await gild.run(['audit', 'key', 'list'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'DIFFERS: key bad was taken into use, and key c0ffee00 does not vouch for it',
      ),
    });
    gild.answerJson({ keys: [recorded, revoked] });
    expect((await gild.run(['audit', 'key', 'list'])).stdout.split('\n')).toHaveLength(3);
  });

  it.each([
    ['is silent about it', undefined],
    ['says that it is another', { ...same, verdict: 'different' }],
    ['says that it is larger', { ...same, size: 9 }],
  ])('judges the kept checkpoint by the key also when the server %s', async (_, kept) => {
    const forked = file('forked.txt', ours.noteOf(1, root));
    gild.answerJson({ ...report, kept });
    expect(await gild.run(['audit', 'verify', '--checkpoint', forked, '--key', key])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('DIFFERS: the newest checkpoint is not shown to continue the kept one'),
    });
  });

  it('says that the newest checkpoint is older than the kept one, whatever the server says', async () => {
    const larger = file('larger.txt', ours.noteOf(9, root));
    gild.answerJson({ ...report, signed: 9, kept: { ...same, size: 9 } });
    expect(await gild.run(['audit', 'verify', '--checkpoint', larger, '--key', key])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('DIFFERS: the newest checkpoint is older than the kept one'),
    });
  });

  it('leaves with 1 when the server does not say whether the history continues the kept checkpoint', async () => {
    gild.answerJson(report);
    expect(await gild.run(['audit', 'verify', '--checkpoint', file('kept.txt', earlier)])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'DIFFERS: the farm does not say whether the history continues the kept',
      ),
    });
  });

  it.each([
    [['verify', '--checkpoint', '/nowhere/kept.txt'], 'cannot read /nowhere/kept.txt'],
    [['verify', '--key', file('no.pem', 'x')], 'expected an Ed25519 public key in PEM'],
    [
      ['verify-proof', file('no.proof', '{}'), '--key', key],
      'expected a proof as gild audit proof writes it',
    ],
    [['checkpoint', '-o', '/nowhere/kept.txt'], 'cannot write /nowhere/kept.txt'],
  ])('leaves with 2 on %j', async (args, said) => {
    gild.answerJson({ size: 2, checkpoint: newest });
    expect(await gild.run(['audit', ...args])).toMatchObject({
      code: 2,
      said: expect.stringContaining(said),
    });
  });

  it('leaves with 1 when nothing is signed, and with 4 when nobody answers', async () => {
    gild.answerJson({ error: { code: 'NOT_SIGNED', message: 'nothing is signed' } }, 404);
    expect(await gild.run(['audit', 'key'])).toMatchObject({ code: 1, said: 'nothing is signed' });
    gild.env = { GILD_URL: 'http://127.0.0.1:1' };
    expect(await gild.run(['audit', 'verify'])).toMatchObject({ code: 4 });
    gild.env = undefined;
  });

  it('writes a checkpoint as it was signed', async () => {
    gild.answerJson({ size: 2, checkpoint: newest });
    const written = join(folder, 'newest.txt');
    expect(await gild.run(['audit', 'checkpoint', '-o', written])).toMatchObject({
      code: 0,
      stdout: `${written}: 2 events\n`,
    });
    expect(readFileSync(written, 'utf8')).toBe(newest);
    expect((await gild.run(['audit', 'checkpoint'])).stdout).toBe(newest);
  });

  it('judges a proof by the key alone', async () => {
    const asked = gild.answerJson(proof);
    const written = join(folder, 'web.proof');
    await gild.run(['audit', 'proof', 'web@1.0.0', '-o', written]);
    expect(asked).toStrictEqual(['/v1/audit/proof/web/1.0.0']);
    gild.env = { GILD_URL: 'http://127.0.0.1:1' };
    const judged = (pem: string) => gild.run(['audit', 'verify-proof', written, '--key', pem]);
    expect(await judged(key)).toMatchObject({
      code: 0,
      stdout:
        'VersionPublished, revision 1 of version-web@1.0.0, is event 1 of a history of 2 that was signed with the key\n',
    });
    expect(await judged(foreign)).toMatchObject({ code: 1 });
    writeFileSync(written, readFileSync(written, 'utf8').replace('"version": "1.0.0"', '"version": "6.6.6"'));
    expect(await judged(key)).toMatchObject({ code: 1, stdout: expect.stringContaining('is not proven') });
    gild.env = undefined;
  });
});
