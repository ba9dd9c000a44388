import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKeys } from '@gild/contracts';
import { HistoryUnderTest } from './history-under-test.spec.js';

// The first event is that of the signing key; the one of place n has position n + 1 in the database.
const swap = (a: number, b: number): string => `
  UPDATE events SET position = -1 WHERE position = ${String(a + 1)};
  UPDATE events SET position = ${String(a + 1)} WHERE position = ${String(b + 1)};
  UPDATE events SET position = ${String(b + 1)} WHERE position = -1;`;

describe('a signed history', () => {
  let history: HistoryUnderTest;
  beforeEach(() => {
    history = new HistoryUnderTest();
  });
  afterEach(() => history.destroy());

  const signed = async (count: number): Promise<void> => {
    await history.sign();
    await history.record(count);
    await history.sign();
  };
  const found = async () => {
    const { proven, root_matches, findings, unsigned } = await history.audit.verify({});
    return { proven, root_matches, unsigned, findings };
  };

  it('that nobody touched is proven, and what is not signed yet is counted', async () => {
    await signed(10);
    await history.record(3);
    expect(await history.audit.verify({})).toMatchObject({
      ...{ proven: true, root_matches: true, events: 14, signed: 11, unsigned: 3, findings: [], more: false },
    });
  });

  it('names an event of which one byte was edited', async () => {
    await signed(10);
    await history.intrude(`UPDATE events SET data = replace(data, '4', '5') WHERE position = 6`);
    const { proven, root_matches, findings } = await found();
    expect([proven, root_matches]).toStrictEqual([false, false]);
    expect(findings).toMatchObject([{ kind: 'edited', index: 5, stream: 'job-a', revision: 4 }]);
    expect(findings[0]?.message).toMatch(
      /^event 5 is not what was signed \(StepFinished at position 6, revision 4 of job-a, id [0-9a-f-]{36}\)$/,
    );
  });

  it.each([
    ['the time', `metadata = replace(metadata, '2026', '2027')`],
    ['the actor', `metadata = replace(metadata, 'ada', 'eve')`],
    ['the type', `type = 'StepStarted'`],
    ['the id', `event_id = '00000000-0000-4000-8000-000000000000'`],
    ['the stream', `stream = 'job-b'`],
  ])('names an event of which %s was edited', async (_, change) => {
    await signed(3);
    await history.intrude(`UPDATE events SET ${change} WHERE position = 4`);
    expect((await found()).findings).toMatchObject([{ kind: 'edited', index: 3, revision: 2 }]);
  });

  it('does not mind how the store spells an event, nor where it stands in another store', async () => {
    await signed(3);
    await history.intrude(
      `UPDATE events SET data = replace(data, ':', ' : '); UPDATE events SET position = position + 100`,
    );
    expect(await found()).toMatchObject({ proven: true, findings: [] });
  });

  it('names the place of an event that is no JSON any more, and judges nothing after it', async () => {
    await signed(10);
    await history.intrude(`UPDATE events SET data = replace(data, '}', ')') WHERE position = 6`);
    const { proven, findings } = await found();
    expect([proven, findings.map(({ kind, index }) => [kind, index])]).toStrictEqual([
      false,
      [['unreadable', 5]],
    ]);
    expect(findings[0]?.message).toContain(
      'event 5 cannot be read, which follows StepFinished at position 5, revision 3 of',
    );
  });

  it('names an event that was removed, by its place, its neighbour and its revision', async () => {
    await signed(10);
    await history.intrude('DELETE FROM events WHERE position = 6');
    expect(await found()).toMatchObject({
      ...{ proven: false, unsigned: 0 },
      findings: [
        {
          ...{ kind: 'removed', index: 5, count: 1, stream: 'job-a', revision: 4 },
          message: expect.stringMatching(
            /^event 5 is gone after StepFinished at position 5, revision 3 of job-a, id .{36}; job-a lacks revision 4$/,
          ),
        },
      ],
    });
  });

  it('names the first events when they were removed, and the last', async () => {
    await signed(10);
    await history.intrude('DELETE FROM events WHERE position < 3 OR position > 9');
    expect((await found()).findings.map(({ message }) => message)).toStrictEqual([
      'events 0 to 1 are gone at the beginning',
      expect.stringMatching(
        /^events 9 to 10 are gone after StepFinished at position 9, revision 7 of job-a, .*: the log ends there$/,
      ),
    ]);
  });

  it('names an event that was put in', async () => {
    await signed(10);
    await history.intrude(`
      UPDATE events SET position = -position WHERE position > 5;
      UPDATE events SET position = 1 - position WHERE position < 0;
      INSERT INTO events SELECT 6, 'job-b', 0, 'x', type, data, metadata FROM events WHERE position = 5`);
    expect(await found()).toMatchObject({
      ...{ proven: false, unsigned: 0 },
      findings: [{ kind: 'inserted', index: 5, stream: 'job-b', revision: 0, id: 'x' }],
    });
  });

  it.each([
    [4, 5],
    [2, 9],
  ])('names two events that changed places: %i and %i', async (a, b) => {
    await signed(10);
    await history.intrude(swap(a, b));
    expect((await found()).findings).toMatchObject([
      { kind: 'reordered', index: a, found_at: b, revision: a - 1 },
      { kind: 'reordered', index: b, found_at: a, revision: b - 1 },
    ]);
  });

  it('names one event that was moved, and not those it passed', async () => {
    await signed(10);
    await history.intrude(
      `UPDATE events SET position = 100 WHERE position = 3; UPDATE events SET position = position + 100 WHERE position > 8 AND position < 100`,
    );
    expect((await found()).findings).toMatchObject([
      { kind: 'reordered', index: 2, found_at: 7, revision: 1 },
    ]);
  });

  it('names each of several changes, far apart and across tiles', async () => {
    await history.recordAtOnce(700);
    await history.sign();
    await history.intrude(`
      UPDATE events SET data = '{}' WHERE position = 11;
      DELETE FROM events WHERE position BETWEEN 300 AND 302;
      ${swap(600, 601)}`);
    expect((await found()).findings.map(({ kind, index, count }) => [kind, index, count])).toStrictEqual([
      ['edited', 10, undefined],
      ['removed', 299, 3],
      ['reordered', 600, undefined],
      ['reordered', 601, undefined],
    ]);
  });

  it('lists a hundred differences and says that there are more', async () => {
    await history.recordAtOnce(300);
    await history.sign();
    await history.intrude(`UPDATE events SET data = '{}'`);
    const { findings, more, events } = await history.audit.verify({});
    expect([findings.length, more, events]).toStrictEqual([100, true, 301]);
  });

  it('is proven though a stored tile is damaged, and the tile is named', async () => {
    await history.recordAtOnce(300);
    await history.sign();
    await writeFile(join(history.folder, 'objects/objects/proof/tile/0/000'), Buffer.alloc(8192));
    expect(await found()).toMatchObject({
      ...{ proven: false, root_matches: true },
      findings: [{ kind: 'tile', index: 0, count: 256 }],
    });
  });

  it('does not hide an edited event behind a damaged tile', async () => {
    await history.recordAtOnce(300);
    await history.sign();
    await writeFile(join(history.folder, 'objects/objects/proof/tile/0/000'), Buffer.alloc(8192));
    await history.intrude(`UPDATE events SET data = '{}' WHERE position = 5`);
    expect(await found()).toMatchObject({ proven: false, root_matches: false });
  });

  it('whose checkpoints are gone is not proven', async () => {
    await signed(3);
    for (const key of await history.keys('proof/checkpoint/')) await history.objects.delete(key);
    await expect(history.audit.verify({})).rejects.toMatchObject({ code: 'NOT_SIGNED' });
  });

  it('does not believe a checkpoint that somebody else signed', async () => {
    await signed(3);
    const other = new HistoryUnderTest();
    await other.record(20, 'b');
    await other.sign();
    const [key = ''] = await other.keys('proof/checkpoint/');
    const forged = `${key.slice(0, -8)}${(await history.audit.key()).key_id}`;
    const { checkpoint } = await other.audit.checkpoint();
    await history.objects.put(forged, new TextEncoder().encode(checkpoint));
    expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 4 });
    await other.destroy();
  });

  it('does not believe an older checkpoint under the name of a newer one', async () => {
    await signed(3);
    const older = new TextEncoder().encode((await history.audit.checkpoint()).checkpoint);
    await history.record(3);
    await history.sign();
    const { key_id } = await history.audit.key();
    await history.objects.put(objectKeys.checkpoint(99, key_id), older);
    expect(await history.audit.verify({})).toMatchObject({ proven: true, signed: 7, unsigned: 0 });
  });
});

describe('a checkpoint that somebody kept', () => {
  let history: HistoryUnderTest;
  beforeEach(() => {
    history = new HistoryUnderTest();
  });
  afterEach(() => history.destroy());

  const kept = async () => (await history.audit.checkpoint()).checkpoint;
  const verdict = async (checkpoint: string) => {
    const report = await history.audit.verify({ checkpoint });
    return [report.proven, report.kept?.verdict];
  };

  it('is continued by the history it is of', async () => {
    await history.record(5);
    await history.sign();
    const checkpoint = await kept();
    await history.record(300);
    await history.sign();
    expect(await verdict(checkpoint)).toStrictEqual([true, 'same']);
  });

  it('gives away that an older copy of database and objects was put back', async () => {
    await history.record(5);
    await history.sign();
    const backEvents = await history.backUp('events.db');
    const backObjects = await history.backUp('objects');
    await history.record(5);
    await history.sign();
    const checkpoint = await kept();
    await backEvents();
    await backObjects();
    expect(await history.audit.verify({})).toMatchObject({ proven: true });
    expect(await verdict(checkpoint)).toStrictEqual([false, 'shorter']);
    await history.record(9, 'other');
    await history.sign();
    expect(await verdict(checkpoint)).toStrictEqual([false, 'different']);
  });

  it('gives away that newer checkpoints have vanished, though every event is there', async () => {
    await history.record(5);
    await history.sign();
    await history.record(5);
    await history.sign();
    const checkpoint = await kept();
    await history.objects.delete((await history.keys('proof/checkpoint/')).at(-1) ?? '');
    expect(await history.audit.verify({ checkpoint })).toMatchObject({
      ...{ proven: false, root_matches: true, signed: 6, kept: { verdict: 'same' } },
      findings: [
        {
          ...{ kind: 'checkpoint', index: 6, count: 5 },
          message:
            'the kept checkpoint has 11 events, and the newest stored one 6: checkpoints have vanished',
        },
      ],
    });
  });

  it('is continued by what was restored from a copy of the proof made before that of the events', async () => {
    await history.record(5);
    await history.sign();
    const backObjects = await history.backUp('objects');
    await history.record(300);
    await history.sign();
    const checkpoint = await kept();
    await history.record(3, 'unsigned');
    const backEvents = await history.backUp('events.db');
    await history.record(9, 'lost');
    await history.sign();
    await backObjects();
    await backEvents();
    await history.sign();
    expect(history.told).toStrictEqual({ reported: [], refused: [] });
    expect(await history.audit.verify({ checkpoint })).toMatchObject({
      ...{ proven: true, signed: 309, unsigned: 0, findings: [], kept: { verdict: 'same' } },
    });
  });

  it('proves nothing when it is not signed by the farm', async () => {
    await history.record(5);
    await history.sign();
    const other = new HistoryUnderTest();
    await other.sign();
    const { checkpoint } = await other.audit.checkpoint();
    expect(await verdict(checkpoint)).toStrictEqual([false, 'not-signed']);
    await other.destroy();
  });

  it('is refused when it is none', async () => {
    await history.sign();
    await expect(history.audit.verify({ checkpoint: 'x' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});
