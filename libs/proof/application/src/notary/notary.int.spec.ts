import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '@gild/ports';
import { Fault } from '@gild/ports';
import { HistoryUnderTest } from '../history-under-test.spec.js';
import { SIGN_EVERY_MS } from './notary.js';

describe('the notary', () => {
  let history: HistoryUnderTest;
  beforeEach(() => {
    history = new HistoryUnderTest();
  });
  afterEach(() => history.destroy());

  const sizes = async () =>
    (await history.keys('proof/checkpoint/')).map((key) => Number(key.split('/')[2]?.split('.')[0]));

  it('records the key at its first use, and signs that too', async () => {
    await history.sign();
    await history.sign();
    const recorded = [];
    for await (const event of history.store.readAll()) recorded.push(event);
    expect(recorded).toMatchObject([
      { stream: 'keys-local', type: 'SigningKeyIntroduced', data: { name: 'gild/local' } },
    ]);
    expect(JSON.stringify(recorded)).not.toContain('PRIVATE');
    expect(await sizes()).toStrictEqual([1]);
  });

  it('signs what was recorded meanwhile every few seconds, and at its end', async () => {
    const notary = await history.notary();
    await history.record(2);
    await history.clock.advance(SIGN_EVERY_MS - 1);
    expect(await sizes()).toStrictEqual([1]);
    await history.record(1);
    await notary.stop();
    expect([await sizes(), notary.state()]).toStrictEqual([[1, 4], { signed: 4 }]);
  });

  it('signs nothing where nothing was recorded', async () => {
    await history.sign();
    const before = await history.keys();
    await history.sign();
    expect(await history.keys()).toStrictEqual(before);
  });

  it('stores the tiles of C2SP tlog-tiles', async () => {
    await history.recordAtOnce(600);
    await history.sign();
    expect(await history.keys('proof/tile/')).toStrictEqual([
      'proof/tile/0/000',
      'proof/tile/0/001',
      'proof/tile/0/002.p/89',
      'proof/tile/1/000.p/2',
    ]);
    const stored = await readFile(join(history.folder, 'objects/objects/proof/tile/0/001'));
    expect(stored.length).toBe(8192);
  });

  it('makes one history with another notary beside it', async () => {
    const both = await Promise.all([history.notary(), history.notary()]);
    await history.recordAtOnce(300);
    await both[0].stop();
    await history.record(3);
    await both[1].stop();
    expect([await sizes(), history.told]).toStrictEqual([[1, 301, 304], { reported: [], refused: [] }]);
    expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 304, unsigned: 0 });
  });

  it('goes on from tiles without a checkpoint, which a kill leaves', async () => {
    await history.sign();
    await history.recordAtOnce(300);
    const killed: ObjectStore = {
      ...history.objects,
      put: (key, source) =>
        key.startsWith('proof/checkpoint/')
          ? Promise.reject(new Fault('STORE_IO', 'killed'))
          : history.objects.put(key, source),
    };
    await (await history.notary({ objects: killed })).stop();
    expect([await sizes(), await history.keys('proof/tile/')]).toStrictEqual([
      [1],
      ['proof/tile/0/000', 'proof/tile/0/000.p/1', 'proof/tile/0/001.p/45', 'proof/tile/1/000.p/1'],
    ]);
    expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 1, unsigned: 300 });
    await history.record(2);
    await history.sign();
    expect(history.told.refused).toStrictEqual([]);
    expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 303, unsigned: 0 });
  });

  it('refuses an older database in the place of the one it signed, and signs nothing more', async () => {
    await history.record(5);
    await history.sign();
    const putBack = await history.backUp('events.db');
    await history.record(5);
    await history.sign();
    await putBack();
    const notary = await history.notary();
    await history.record(20);
    await history.clock.advance(10 * SIGN_EVERY_MS);
    await notary.stop();
    expect([notary.state().refused?.code, await sizes(), history.told.reported]).toStrictEqual([
      'HISTORY_DIFFERS',
      [6, 11],
      [],
    ]);
    expect(history.told.refused).toMatchObject([
      { code: 'HISTORY_DIFFERS', message: expect.stringContaining('11 events were signed, and there are 6') },
    ]);
  });

  it('refuses a history in which a signed event was edited, though it grew', async () => {
    await history.record(5);
    await history.sign();
    await history.intrude(`UPDATE events SET data = '{}' WHERE position = 3`);
    await history.record(20);
    await history.sign();
    expect([await sizes(), history.told.refused]).toMatchObject([
      [6],
      [{ message: expect.stringContaining('the first 6 events are not those that were signed') }],
    ]);
  });

  it('refuses when the objects hold the proof of another history', async () => {
    const other = new HistoryUnderTest();
    await other.recordAtOnce(300);
    await other.sign();
    history.objects = other.objects;
    await history.recordAtOnce(400);
    await history.sign();
    expect(history.told.refused).toMatchObject([{ code: 'HISTORY_DIFFERS' }]);
    await other.destroy();
  });

  it('says so when only checkpoints of keys are there that nobody recorded', async () => {
    await history.sign();
    const { key_id } = await history.audit.key();
    const other = new HistoryUnderTest();
    other.objects = history.objects;
    await other.sign();
    expect(other.told.reported).toMatchObject([
      { code: 'NOT_SIGNED', message: expect.stringContaining(`signed with other keys before (${key_id})`) },
    ]);
    await other.destroy();
  });

  it('goes on with another key where the one before signed what there is, and says which it replaces', async () => {
    await history.record(2);
    await history.sign();
    const { key_id: replaces } = await history.audit.key();
    const other = new HistoryUnderTest();
    await (await history.notary({ signer: other.signer })).stop();
    expect([history.told, await sizes()]).toStrictEqual([{ reported: [], refused: [] }, [3, 4]]);
    const introduced = [];
    for await (const { data } of history.store.readStream('keys-local')) introduced.push(data);
    expect(introduced).toMatchObject([{}, { replaces }]);
    await other.destroy();
  });

  it('signs nothing with another key where the one before signed another history', async () => {
    await history.record(2);
    await history.sign();
    await history.intrude("UPDATE events SET type = 'Other' WHERE stream = 'job-a' AND revision = 0");
    const other = new HistoryUnderTest();
    await (await history.notary({ signer: other.signer })).stop();
    expect([history.told.refused.length, await sizes()]).toStrictEqual([1, [3]]);
    await other.destroy();
  });

  describe('that starts again', () => {
    /** How many events of the log it reads. */
    const started = async () => {
      const { store } = history;
      const readAll = store.readAll.bind(store);
      let read = 0;
      store.readAll = async function* (range) {
        for await (const event of readAll(range)) {
          if (range?.filter === undefined) read += 1;
          yield event;
        }
      };
      await history.sign();
      store.readAll = readAll;
      return read;
    };
    beforeEach(async () => {
      await history.recordAtOnce(299);
      await history.recordAtOnce(300);
      await history.sign(); // 600 with its key
    });

    it('reads the log from the last full tile on, and signs what is new', async () => {
      await history.record(3);
      expect(await started()).toBe(1 + 600 - 512 + 3);
      expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 603, unsigned: 0 });
      expect(history.told).toStrictEqual({ reported: [], refused: [] });
    });

    it('reads all of it where the stored tiles are damaged, and says so', async () => {
      await history.objects.delete('proof/tile/1/000.p/2');
      expect(await started()).toBe(600);
      expect(history.told.reported).toMatchObject([
        { code: 'ARTIFACT_DAMAGED', message: expect.stringContaining('the whole log is read') },
      ]);
    });

    it('reads all of it where positions are others, as in another store', async () => {
      await history.intrude('UPDATE events SET position = position + 1000');
      expect(await started()).toBe(601);
      expect(history.told.refused).toStrictEqual([]);
    });

    it.each(['C:12/P:12', '99999'])(
      'reads all of it where its place is %s, which is none here',
      async (place) => {
        await history.objects.delete('proof/place/000000000001');
        await history.objects.put('proof/place/000000000001', new TextEncoder().encode(place));
        expect(await started()).toBe(600);
        expect(history.told).toStrictEqual({ reported: [], refused: [] });
      },
    );

    it('refuses a log in which an event after that tile was edited', async () => {
      await history.intrude(`UPDATE events SET data = '{}' WHERE position = 550`);
      await started();
      expect(history.told.refused).toMatchObject([{ code: 'HISTORY_DIFFERS' }]);
    });

    it('signs on after an event before it was edited, so that an audit still names it', async () => {
      await history.intrude(`UPDATE events SET data = '{}' WHERE position = 50`);
      await history.record(3);
      await started();
      expect(await history.audit.verify({})).toMatchObject({
        ...{ proven: false, signed: 603, findings: [{ kind: 'edited', index: 49 }] },
      });
    });
  });

  it('lets others have their turn while it hashes what was signed before', async () => {
    await history.recordAtOnce(900);
    await history.sign();
    let sinceTurn = 0;
    let longest = 0;
    const turn = (): void => {
      sinceTurn = 0;
      turning = setImmediate(turn);
    };
    let turning = setImmediate(turn);
    const { store } = history;
    const readAll = store.readAll.bind(store);
    store.readAll = async function* (...options) {
      for await (const event of readAll(...options)) {
        longest = Math.max(longest, (sinceTurn += 1));
        yield event;
      }
    };
    await (await history.notary({ store })).stop();
    clearImmediate(turning);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(256);
  });

  it('tries again when a store is away', async () => {
    let isAway = true;
    const objects: ObjectStore = {
      ...history.objects,
      put: (key, source) =>
        isAway
          ? Promise.reject(new Fault('STORE_IO', 'away', { retryable: true }))
          : history.objects.put(key, source),
    };
    const notary = await history.notary({ objects });
    expect(history.told.reported).toMatchObject([{ code: 'STORE_IO' }]);
    isAway = false;
    await notary.stop();
    expect([await sizes(), history.told.refused]).toStrictEqual([[1], []]);
  });

  it('does nothing without a key', async () => {
    await history.record(1);
    const signer = undefined;
    const { Notary } = await import('./notary.js');
    const notary = new Notary(history.deps({ signer }));
    notary.start();
    await notary.stop();
    expect(await history.keys()).toStrictEqual([]);
  });
});
