import { streams } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { judgeFile, openProvenance } from '@gild/proof-domain';
import { Fault, type EventStore } from '@gild/ports';
import { provingWith } from '../signing.js';
import { UnsignedVersions } from './unsigned-versions.js';
import { digest, newSigner, PublishedUnderTest } from './published-under-test.spec.js';

const crypto = { sha256: sha256OfBytes, verify: verifyEd25519 };
const web = { image: 'web', version: '1.0.0' };
const stream = streams.provenance('web', '1.0.0');

const download = { url: 'https://files.test/k3s', sha256: digest('k3s'), path: '/usr/bin/k3s', mode: '0755' };
const taskserv = {
  ...{ name: 'k3s', version: '1.0.0' },
  installation: {
    ...{ packages: ['curl'], downloads: [download], scripts: { install: 'exit 0' } },
    files: [{ path: '/etc/k3s', mode: '0644', content: 'x' }],
  },
};

describe('the provenance of a version', () => {
  let farm: PublishedUnderTest;
  beforeEach(() => {
    farm = new PublishedUnderTest();
  });
  const open = async (query: object = web) => {
    const key = farm.signer?.publicKey ?? new Uint8Array();
    const opened = openProvenance(await farm.audit.provenance(query), key, crypto);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.statement;
  };

  it('is signed once it is published, and the history that says so with it', async () => {
    await farm.publish('web', '1.0.0');
    await farm.sign();
    expect(judgeFile(await open(), digest('disk web 1.0.0 x86_64'))).toStrictEqual({
      ...{ matches: true, imageName: 'web', version: '1.0.0', arch: 'x86_64' },
    });
    const { key_id: keyId } = await farm.audit.key();
    expect(await farm.eventsOf(stream)).toMatchObject([
      { type: 'ProvenanceSigned', data: { imageName: 'web', keyId, envelopes: [{ arch: 'x86_64' }] } },
    ]);
    expect(await farm.audit.verify({})).toMatchObject({ proven: true, events: 6, unsigned: 0 });
    expect(farm.reported).toStrictEqual([]);
  });

  it('is asked for each architecture', async () => {
    await farm.publish('web', '1.0.0', ['x86_64', 'aarch64']);
    await farm.sign();
    expect((await open({ ...web, arch: 'aarch64' })).subject).toMatchObject([
      { digest: { sha256: digest('disk web 1.0.0 aarch64') } },
    ]);
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it.each([
    ['script', { scripts: { install: 'exit 1' } }],
    ['mode of a file', { files: [{ path: '/etc/k3s', mode: '0600', content: 'x' }] }],
    ['path of a download', { downloads: [{ ...download, path: '/opt/k3s' }] }],
  ])('covers all of a taskserv: another %s gives another digest', async (_, changed) => {
    farm.taskservs = [taskserv, { ...taskserv, installation: { ...taskserv.installation, ...changed } }];
    await farm.publish('web', '1.0.0');
    await farm.sign();
    const { resolvedDependencies: all } = (await open()).predicate.buildDefinition;
    const digests = all.filter(({ name }) => name === 'taskserv k3s').map((it) => it.digest.sha256);
    expect(digests[0]).toBe(digest(canonicalJson(taskserv)));
    expect(digests[1]).not.toBe(digests[0]);
  });

  it('is given to what was published while there was no key', async () => {
    const key = farm.signer;
    farm.signer = undefined;
    await farm.publish('web', '1.0.0');
    await farm.sign();
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({
      ...{ code: 'NOT_SIGNED', message: expect.stringContaining('web@1.0.0 has no signed provenance yet') },
    });
    farm.signer = key;
    await farm.sign();
    expect((await open()).subject).toHaveLength(1);
  });

  it('is signed for so many at a time that the history is not left waiting', async () => {
    for (let n = 0; n <= 100; n += 1) await farm.publish('web', `1.0.${String(n)}`);
    const unsigned = new UnsignedVersions(farm.deps(), provingWith(farm.deps()));
    await unsigned.sign(undefined);
    expect(farm.provenanceKeys()).toHaveLength(100);
    await unsigned.sign(undefined);
    expect(farm.provenanceKeys()).toHaveLength(101);
  });

  it('is the same after a crash between the object and the event', async () => {
    await farm.publish('web', '1.0.0');
    const append: EventStore['append'] = farm.store.append.bind(farm.store);
    farm.store.append = async (name, ...rest) => {
      if (name === stream) throw new Fault('STORE_UNAVAILABLE', 'away', { retryable: true });
      return append(name, ...rest);
    };
    await farm.sign();
    expect([farm.provenanceKeys().length, await farm.eventsOf(stream)]).toStrictEqual([1, []]);
    const made = farm.provenanceKeys();
    farm.store.append = append;
    await farm.clock.advance(3_600_000);
    await farm.sign();
    expect(farm.provenanceKeys()).toStrictEqual(made);
    expect(await farm.eventsOf(stream)).toMatchObject([
      { data: { envelopes: [{ object: { key: made[0] } }] } },
    ]);
  });

  it('is signed once by several registries, and by the next start not again', async () => {
    await farm.publish('web', '1.0.0');
    await Promise.all([farm.sign(), farm.sign()]);
    await farm.sign();
    expect(await farm.eventsOf(stream)).toHaveLength(1);
    expect(farm.provenanceKeys()).toHaveLength(1);
  });

  it('of which the records are incomplete is told of, and hinders no other', async () => {
    await farm.publish('old', '1.0.0');
    for (const key of farm.contents.keys()) if (key.startsWith('inputs/')) farm.contents.delete(key);
    await farm.publish('web', '1.0.0');
    await farm.sign();
    expect((await open()).subject).toHaveLength(1);
    expect(farm.reported).toMatchObject([
      {
        code: 'RECORD_INCOMPLETE',
        message: expect.stringMatching(
          /^the provenance of old@1\.0\.0 cannot be signed: the build inputs .* are gone/,
        ),
      },
    ]);
  });

  it('waits for an object store that does not answer, while the history is signed', async () => {
    await farm.publish('web', '1.0.0');
    const { read } = farm.objects;
    const objects = {
      ...farm.objects,
      read: () => {
        throw new Fault('STORE_IO', 'the disk does not answer', { retryable: true });
      },
    };
    await farm.sign({ objects });
    expect(await farm.audit.verify({})).toMatchObject({ proven: true, unsigned: 0 });
    expect(farm.reported[0]).toMatchObject({ code: 'STORE_IO' });
    await farm.sign({ objects: { ...farm.objects, read } });
    expect((await open()).subject).toHaveLength(1);
  });

  it('is not signed from a history that is not the signed one', async () => {
    await farm.record('job-a', 'AttemptLost', {});
    await farm.sign();
    const other = new PublishedUnderTest();
    other.signer = farm.signer;
    other.objects = farm.objects;
    await other.publish('web', '1.0.0');
    await other.sign();
    expect([other.refused.length, await other.eventsOf(stream)]).toStrictEqual([1, []]);
  });

  it('that is damaged in the object store is told as that', async () => {
    await farm.publish('web', '1.0.0');
    await farm.sign();
    for (const key of farm.provenanceKeys()) farm.contents.set(key, new TextEncoder().encode('{}'));
    await expect(farm.audit.provenance(web)).rejects.toMatchObject({
      ...{ code: 'ARTIFACT_DAMAGED', message: expect.stringContaining('the provenance of web@1.0.0: ') },
    });
  });
});

describe('the keys on record', () => {
  it('are listed, oldest first', async () => {
    const farm = new PublishedUnderTest();
    await farm.sign();
    const first = await farm.audit.key();
    farm.signer = newSigner();
    await farm.clock.advance(1000);
    await farm.sign();
    const { keys } = await farm.audit.keys();
    expect(keys).toMatchObject([first, await farm.audit.key()]);
    expect(keys.map(({ introduced_at: at }) => at)).toStrictEqual(
      [...keys.map((it) => it.introduced_at)].sort(),
    );
  });
});
