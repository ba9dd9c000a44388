import { streams } from '@gild/contracts';
import { sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { openProvenance, preAuthEncoding, publicKeyPem } from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import { auditService } from '../audit/audit-service.js';
import { newSigner, PublishedUnderTest } from '../provenance/published-under-test.spec.js';

const crypto = { sha256: sha256OfBytes, verify: verifyEd25519 };
const web = { image: 'web', version: '1.0.0' };
let made = 0;
const asked = () => ({ requestId: `request ${String((made += 1))}`, actor: 'ada' });

/** A farm that keeps its own keys, in memory. */
class KeepingUnderTest extends PublishedUnderTest {
  #next: Signer | undefined;
  readonly rotation = {
    next: async () => (this.#next ??= newSigner()),
    take: async () => {
      this.signer = this.#next ?? this.signer;
      this.#next = undefined;
    },
  };

  override deps(changed: Parameters<PublishedUnderTest['deps']>[0] = {}) {
    const farm = () => this.signer;
    return Object.defineProperty(super.deps({ rotation: this.rotation, ...changed }), 'signer', {
      get: farm,
    });
  }

  /** Every second one event, so that times and places in the log go together. */
  async next(): Promise<void> {
    await this.clock.advance(1000);
    await this.record('job-x', 'LogStored', {});
  }

  rotate(request: object = asked()) {
    return this.audit.rotateKey(request);
  }

  revoke(keyId: string, more: object = {}) {
    return this.audit.revokeKey({ ...asked(), keyId, reason: 'stolen', ...more });
  }
}

let farm: KeepingUnderTest;
beforeEach(() => {
  farm = new KeepingUnderTest();
});
const opensWith = async (signer: Signer | undefined) => {
  const envelope = await farm.audit.provenance(web);
  return openProvenance(envelope, signer?.publicKey ?? new Uint8Array(), crypto).ok;
};

describe('a key that is rotated', () => {
  it('signs nothing more, and what it signed stays valid', async () => {
    const before = farm.signer;
    await farm.publish('web', '1.0.0');
    await farm.sign();
    const kept = await farm.audit.checkpoint();
    const old = await farm.audit.key();
    const rotated = await farm.rotate({ ...asked(), reason: 'yearly' });
    await farm.publish('web', '1.0.1');
    await farm.sign();
    const { keys } = await farm.audit.keys();
    expect(keys).toMatchObject([old, { ...rotated, key_id: (await farm.audit.key()).key_id }]);
    expect(await opensWith(before)).toBe(true);
    expect(await farm.audit.verify({ checkpoint: kept.checkpoint })).toMatchObject({
      ...{ proven: true, key_id: rotated.key_id, unsigned: 0, kept: { verdict: 'same' } },
    });
    const { data } = (await farm.eventsOf(streams.provenance('web', '1.0.1')))[0] ?? {};
    expect(data).toMatchObject({ keyId: rotated.key_id });
  });

  it('vouches for the next one, and the record says who wanted it and why', async () => {
    await farm.sign();
    const before = farm.signer?.publicKey ?? new Uint8Array();
    const old = await farm.audit.key();
    await farm.rotate({ ...asked(), reason: 'yearly' });
    const { data } = (await farm.eventsOf('keys-local')).at(-1) ?? { data: {} };
    expect(data).toMatchObject({ from: old.key_id, by: 'ada', reason: 'yearly' });
    const { publicKey, signature } = data as { publicKey: string; signature: string };
    const message = preAuthEncoding('application/x-pem-file', new TextEncoder().encode(publicKey));
    expect(verifyEd25519(before, message, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is on record before it vouches, however soon it is rotated', async () => {
    await farm.rotate();
    await farm.sign();
    expect(await farm.audit.verify({})).toMatchObject({ proven: true, findings: [] });
  });

  it('is not put on record anew to vouch, whatever came on record after it', async () => {
    await farm.sign();
    const foreign = { keyId: 'c0ffee00', publicKey: publicKeyPem(newSigner().publicKey), name: 'gild/local' };
    await farm.record('keys-local', 'SigningKeyIntroduced', foreign);
    await farm.rotate();
    expect((await farm.eventsOf('keys-local')).map(({ type }) => type)).toStrictEqual([
      ...['SigningKeyIntroduced', 'SigningKeyIntroduced', 'SigningKeyRotated'],
    ]);
  });

  it.each(['HISTORY_DIFFERS', 'SETTINGS_INVALID'])(
    'is not rotated while the notary refuses to sign (%s), and nothing is recorded',
    async (code) => {
      await farm.sign();
      const refused = new Fault(code, 'the notary said why');
      const audit = auditService(farm.deps(), { state: () => ({ signed: 1, refused }) });
      await expect(audit.rotateKey(asked())).rejects.toBe(refused);
      expect(await farm.eventsOf('keys-local')).toHaveLength(1);
    },
  );

  it('is not rotated when it is revoked', async () => {
    const revoked = farm.signer;
    await farm.sign();
    const { key_id: keyId } = await farm.audit.key();
    await farm.rotate();
    await farm.revoke(keyId);
    farm.signer = revoked;
    await expect(farm.rotate()).rejects.toMatchObject({ code: 'KEY_REVOKED' });
  });

  it.each([
    [
      'does not vouch for the next',
      undefined,
      /takes key c0ffee00 into use, and key [0-9a-f]{8} does not vouch for it/,
    ],
    ['is not on record', '00000000', /key 00000000, which is to vouch for it, was not on record/],
  ])('that %s is named with the event', async (_, from, message) => {
    await farm.sign();
    const before = (await farm.audit.key()).key_id;
    const forged = { keyId: 'c0ffee00', publicKey: publicKeyPem(newSigner().publicKey), name: 'gild/local' };
    await farm.record('keys-local', 'SigningKeyRotated', {
      ...{ ...forged, from: from ?? before, by: 'eve', signature: btoa('x'.repeat(64)) },
    });
    expect(await farm.audit.verify({})).toMatchObject({
      ...{ proven: false, root_matches: true },
      findings: [
        { kind: 'rotation', index: 1, stream: 'keys-local', message: expect.stringMatching(message) },
      ],
    });
  });

  it('is rotated once by a request that is repeated', async () => {
    await farm.sign();
    const request = asked();
    await farm.rotate(request);
    await farm.rotate(request);
    expect((await farm.audit.keys()).keys).toHaveLength(2);
    expect(await farm.audit.key()).toMatchObject({ key_id: (await farm.audit.keys()).keys[1]?.key_id });
  });

  it('is a matter of the operator where it is a file of his', async () => {
    const operated = new PublishedUnderTest();
    await operated.sign();
    await expect(operated.audit.rotateKey(asked())).rejects.toMatchObject({
      ...{ code: 'INVALID_REQUEST', message: expect.stringContaining('GILD_SIGNING_KEY') },
    });
  });
});

describe('a key that is taken back into use', () => {
  const [first, second] = [newSigner(), newSigner()];
  const signWith = async (signer: Signer) => {
    farm.signer = signer;
    await farm.next();
    await farm.sign();
  };
  beforeEach(async () => {
    await signWith(first);
    await signWith(second);
  });

  it('is the one on record again, and keeps its place in the list', async () => {
    await signWith(first);
    const { key_id: keyId } = await farm.audit.key();
    expect((await farm.eventsOf('keys-local')).at(-1)).toMatchObject({
      ...{ type: 'SigningKeyIntroduced', data: { keyId, replaces: expect.any(String) } },
    });
    const { keys } = await farm.audit.keys();
    expect(keys.map((key) => key.key_id)).toStrictEqual([keyId, expect.not.stringContaining(keyId)]);
    const [early = '', late = ''] = keys.map((key) => key.introduced_at);
    expect(early < late).toBe(true);
  });

  it('signs no history that is not the one another key signed meanwhile', async () => {
    const { readAll } = farm.store;
    farm.store.readAll = async function* (range) {
      for await (const event of readAll.call(farm.store, range))
        yield event.stream === 'job-x' && event.revision === 1 ? { ...event, data: { forged: true } } : event;
    };
    const before = [...farm.contents.keys()];
    await signWith(first);
    expect(farm.refused).toMatchObject([{ code: 'HISTORY_DIFFERS' }]);
    expect([...farm.contents.keys()]).toStrictEqual(before);
  });
});

describe('a key that is revoked', () => {
  const signedThenRotated = async () => {
    await farm.publish('web', '1.0.0');
    await farm.sign();
    const kept = (await farm.audit.checkpoint()).checkpoint;
    const { key_id: keyId } = await farm.audit.key();
    await farm.next();
    const since = farm.clock.now();
    await farm.next();
    await farm.rotate();
    return { kept, keyId, since };
  };

  it('is believed in nothing: its checkpoints are refused with the reason, its provenance until it is signed anew', async () => {
    const { kept, keyId } = await signedThenRotated();
    await farm.revoke(keyId);
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({
      ...{
        code: 'KEY_REVOKED',
        message: expect.stringMatching(/web@1\.0\.0 is not believed: .* by ada at .*: stolen$/),
      },
    });
    await farm.sign();
    expect(await farm.audit.verify({ checkpoint: kept })).toMatchObject({
      proven: false,
      kept: {
        verdict: 'not-signed',
        message: expect.stringMatching(/^the kept checkpoint is not believed: .*: stolen$/),
      },
    });
    expect(await opensWith(farm.signer)).toBe(true);
    expect((await farm.audit.keys()).keys).toMatchObject([{ revoked: { by: 'ada', reason: 'stolen' } }, {}]);
  });

  it('is believed in what was on record at the moment that is named', async () => {
    const before = farm.signer;
    const { kept, keyId, since } = await signedThenRotated();
    await farm.revoke(keyId, { since });
    await farm.sign();
    expect(await opensWith(before)).toBe(true);
    expect(await farm.audit.verify({ checkpoint: kept })).toMatchObject({
      proven: true,
      kept: { verdict: 'same' },
    });
  });

  it('is believed less when it is revoked again since an earlier time, and never more', async () => {
    const { keyId, since } = await signedThenRotated();
    await farm.revoke(keyId, { since });
    await farm.revoke(keyId, { reason: 'stolen long ago' });
    await farm.revoke(keyId, { since });
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({
      ...{ code: 'KEY_REVOKED', message: expect.stringContaining('stolen long ago') },
    });
    await farm.sign();
    expect(await opensWith(farm.signer)).toBe(true);
  });

  it('is told of any moment as it was then, and so is what it signed', async () => {
    const before = farm.signer;
    const { keyId, since } = await signedThenRotated();
    await farm.revoke(keyId, { reason: 'stolen' });
    const opensThen = openProvenance(
      await farm.audit.provenance({ ...web, at: since }),
      before?.publicKey ?? new Uint8Array(),
      crypto,
    );
    expect(opensThen.ok).toBe(true);
    expect((await farm.audit.keys({ at: since })).keys).toMatchObject([{ key_id: keyId }]);
    expect((await farm.audit.keys({ at: since })).keys[0]).not.toHaveProperty('revoked');
    await expect(farm.audit.keys({ at: '2100-01-01' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
  it('has what it signed answered without reading the log for that', async () => {
    const before = farm.signer;
    const { keyId, since } = await signedThenRotated();
    await farm.revoke(keyId, { since });
    farm.store.readAll = () => {
      throw new Error('the log is read');
    };
    expect(await opensWith(before)).toBe(true);
  });

  it('is not believed in what came on record later, whatever time it names', async () => {
    await farm.next();
    const since = farm.clock.now();
    await farm.next();
    const { kept, keyId } = await signedThenRotated();
    await farm.revoke(keyId, { since });
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({ code: 'KEY_REVOKED' });
    await farm.sign();
    expect((await farm.audit.verify({ checkpoint: kept })).kept).toMatchObject({ verdict: 'not-signed' });
  });

  it('is another one than that in use, and one that is on record', async () => {
    await farm.sign();
    const { key_id: keyId } = await farm.audit.key();
    await expect(farm.revoke(keyId)).rejects.toMatchObject({ code: 'KEY_IN_USE' });
    await expect(farm.revoke('c0ffee00')).rejects.toMatchObject({
      ...{ code: 'KEY_NOT_FOUND', message: `no key c0ffee00 is on record, only ${keyId}` },
    });
    await expect(farm.revoke(keyId, { since: '2100-01-01' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  it('signs nothing when it is put back', async () => {
    const stolen = farm.signer;
    const { keyId } = await signedThenRotated();
    await farm.revoke(keyId);
    await farm.sign();
    const before = [...farm.contents.keys()];
    farm.signer = stolen;
    await farm.sign();
    expect(farm.refused).toMatchObject([{ code: 'KEY_REVOKED' }]);
    expect([...farm.contents.keys()]).toStrictEqual(before);
    await expect(farm.audit.checkpoint()).rejects.toMatchObject({ code: 'KEY_REVOKED' });
  });
});
