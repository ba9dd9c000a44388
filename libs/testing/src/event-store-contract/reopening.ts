import type { Subject } from './log-under-test.js';
import { collect, samples } from './sample-events.js';

/** What was acknowledged is there for whoever opens the log next. */
export const reopening = ({ log, stream }: Subject): void => {
  it('goes on where it was after every store was closed', async () => {
    const { store, another } = log();
    const events = samples(3);
    const first = await store.append(stream('job'), 'none', events);
    const before = await collect(store.readStream(stream('job')));
    await store.close();
    const reopened = await another();
    expect(await collect(reopened.readStream(stream('job')))).toStrictEqual(before);
    expect(await reopened.append(stream('job'), 'none', events)).toStrictEqual(first);
    const next = await reopened.append(stream('job'), { revision: 2 }, samples(1));
    expect(next).toMatchObject({ ok: true, revision: 3 });
    const position = before.at(-1)?.position ?? '';
    const filter = { streamPrefixes: [stream('job')] };
    expect(await collect(reopened.readAll({ after: position, filter }))).toHaveLength(1);
  });
};
