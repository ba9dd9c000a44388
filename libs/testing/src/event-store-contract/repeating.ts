import { MAX_EVENT_CHARACTERS, type ExpectedState, type NewEvent } from '@gild/ports';
import type { Subject } from './log-under-test.js';
import { append, collect, sample, samples } from './sample-events.js';

/** Appends that come again, and appends that are the caller's mistake. */
export const repeating = (subject: Subject): void => {
  const { log, stream } = subject;

  it.each<[string, ExpectedState]>([
    ['none', 'none'],
    ['any', 'any'],
  ])(
    'gives the first answer to the same ids again, expecting %s, though the stream has moved on',
    async (_, expected) => {
      const { store } = log();
      const events = samples(3);
      const first = await store.append(stream('job'), expected, events);
      await append(store, stream('job'), samples(2));
      const later = events.map((event) => ({
        ...event,
        metadata: { ...event.metadata, time: '2027-01-01T00:00:00.000Z' },
      }));
      expect(await store.append(stream('job'), expected, later)).toStrictEqual(first);
      expect(first).toMatchObject({ ok: true, revision: 2 });
      expect(await collect(store.readStream(stream('job')))).toHaveLength(5);
    },
  );

  it('gives the first answer to the same ids again at their revision, also through another store', async () => {
    const { store, another } = log();
    await append(store, stream('job'), samples(2));
    const events = samples(2);
    const first = await store.append(stream('job'), { revision: 1 }, events);
    await append(store, stream('job'), samples(1));
    expect(await (await another()).append(stream('job'), { revision: 1 }, events)).toStrictEqual(first);
    expect(first).toMatchObject({ ok: true, revision: 3 });
  });

  it('records an append once when several writers send it at the same time', async () => {
    const { store, another } = log();
    const other = await another();
    const events = samples(2);
    const writers = [store, other, store, other, store];
    const results = await Promise.all(writers.map((each) => each.append(stream('job'), 'none', events)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toMatchObject({ ok: true, revision: 1 });
    expect(await collect(store.readStream(stream('job')))).toHaveLength(2);
  });

  it.each<[string, (first: NewEvent) => NewEvent[]]>([
    ['with other data', (first) => [{ ...first, data: { number: 99 } }]],
    ['with another type', (first) => [{ ...first, type: 'StepFailed' }]],
    ['together with a new one', (first) => [first, sample('StepFinished')]],
    ['twice in one append', () => [sample('StepFinished')].flatMap((event) => [event, event])],
  ])('refuses an event id that is used again %s', async (_, reuse) => {
    const { store } = log();
    const [first] = samples(1);
    if (first === undefined) throw new Error('a sample is missing');
    await store.append(stream('job'), 'none', [first]);
    await expect(store.append(stream('job'), 'none', reuse(first))).rejects.toMatchObject({
      code: 'EVENT_ID_REUSED',
    });
    expect(await collect(store.readStream(stream('job')))).toHaveLength(1);
  });

  if (subject.refusesReuseAcrossStreams) {
    it('refuses an event id that is used again in another stream', async () => {
      const { store } = log();
      const events = samples(1);
      await append(store, stream('job'), events);
      await expect(append(store, stream('version'), events)).rejects.toMatchObject({
        code: 'EVENT_ID_REUSED',
      });
      expect(await collect(store.readStream(stream('version')))).toStrictEqual([]);
    });
  }

  it.each<{ what: string; name?: string; expected?: ExpectedState; events?: NewEvent[] }>([
    { what: 'no events', events: [] },
    { what: 'an id that is not a UUID', events: [{ ...sample('JobQueued'), id: 'first' }] },
    { what: 'a type of the system', events: [sample('$metadata')] },
    { what: 'no type', events: [sample('')] },
    { what: 'a stream of the system', name: '$all' },
    { what: 'no stream', name: '' },
    { what: 'a negative revision', expected: { revision: -1 } },
  ])('refuses an append with $what', async ({ name = 'job-1', expected = 'any', events = samples(1) }) => {
    const refused = log().store.append(name, expected, events);
    await expect(refused).rejects.toMatchObject({ code: 'APPEND_INVALID' });
  });

  it('refuses an event that is too large and records one that just fits', async () => {
    const { store } = log();
    const room =
      MAX_EVENT_CHARACTERS -
      JSON.stringify({ text: '' }).length -
      JSON.stringify(sample('Any').metadata).length;
    const tooLarge = [sample('NoteWritten', { text: 'x'.repeat(room + 1) })];
    await expect(append(store, stream('job'), tooLarge)).rejects.toMatchObject({ code: 'APPEND_TOO_LARGE' });
    await append(store, stream('job'), [sample('NoteWritten', { text: 'x'.repeat(room) })]);
    const [recorded] = await collect(store.readStream(stream('job')));
    expect(recorded?.data['text']).toHaveLength(room);
  });
};
