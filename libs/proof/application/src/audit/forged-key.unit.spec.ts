import { memoryObjectStore } from '@gild/testing';
import { newSigner, PublishedUnderTest } from '../provenance/published-under-test.spec.js';

/** Who can write database and objects, and has no key of the farm, signs another history with a key that he puts on record. */
describe('a history that is signed with a key of somebody else', () => {
  let farm: PublishedUnderTest;
  let keyId: string;

  const checkpoints = () => [...farm.contents.keys()].filter((key) => key.startsWith('proof/checkpoint/'));
  const edit = () => {
    const { readAll } = farm.store;
    farm.store.readAll = async function* (range) {
      for await (const event of readAll.call(farm.store, range))
        yield event.stream === 'job-x' && event.revision === 0 ? { ...event, data: { forged: true } } : event;
    };
  };
  const forge = async () => {
    edit();
    const made = new Map<string, Uint8Array>();
    await farm.sign({ signer: newSigner(), objects: memoryObjectStore(made) });
    for (const key of farm.contents.keys()) if (key.startsWith('proof/tile/')) farm.contents.delete(key);
    for (const [key, bytes] of made) farm.contents.set(key, bytes);
  };

  beforeEach(async () => {
    farm = new PublishedUnderTest();
    await farm.record('job-x', 'LogStored', {});
    await farm.sign();
    keyId = (await farm.audit.key()).key_id;
    await forge();
    expect((await farm.audit.keys()).keys).toHaveLength(2);
  });

  it('is not proven: the key in use judges, not the one that signed more', async () => {
    expect(await farm.audit.verify({})).toMatchObject({
      ...{ proven: false, root_matches: false, key_id: keyId, signed: 2 },
    });
  });

  it('is signed on by no start', async () => {
    const before = checkpoints();
    await farm.sign();
    expect(farm.refused).toMatchObject([{ code: 'HISTORY_DIFFERS' }]);
    expect(checkpoints()).toStrictEqual(before);
  });

  it('is not signed on by a key that comes after it either', async () => {
    const before = checkpoints();
    farm.signer = newSigner();
    await farm.sign();
    expect(farm.refused).toMatchObject([{ code: 'HISTORY_DIFFERS' }]);
    expect(checkpoints()).toStrictEqual(before);
  });

  it('is neither proven nor signed on where what the farm signed was taken away', async () => {
    for (const key of checkpoints()) if (key.endsWith(keyId)) farm.contents.delete(key);
    await expect(farm.audit.verify({})).rejects.toMatchObject({ code: 'NOT_SIGNED' });
    const before = checkpoints();
    await farm.sign();
    expect(farm.refused).toMatchObject([
      { code: 'HISTORY_DIFFERS', message: expect.stringContaining(`after key ${keyId}`) },
    ]);
    expect(checkpoints()).toStrictEqual(before);
  });
});
