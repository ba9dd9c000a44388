import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EventStore, NewEvent, RecordedEvent } from '@gild/ports';
import type { Subject } from './log-under-test.js';
import { append, fromHere, sample } from './sample-events.js';

const BATCH = 2_000;
const RETAINED_LIMIT = 48 * 1024 * 1024;

/** A long log, read and followed without keeping it in memory. */
export const bulk = ({ log, stream, bulkEvents, timeoutMs }: Subject): void => {
  it(
    `reads ${bulkEvents} events in bounded memory, whole and in order`,
    async () => {
      const { store } = log();
      const range = { ...(await fromHere(store)), filter: { streamPrefixes: [stream('job', '')] } };
      const begun = performance.now();
      await fill(store, stream('job'), bulkEvents);
      const filled = performance.now();
      const retained = await retainedBy(store.readAll(range), bulkEvents);
      const read = performance.now();
      const followed = await retainedBy(eventsOf(store, range), bulkEvents);
      report(
        `${bulkEvents} events: appended at ${rate(bulkEvents, filled - begun)}/s, read at ${rate(bulkEvents, read - filled)}/s`,
      );
      expect(retained).toBeLessThan(RETAINED_LIMIT);
      expect(followed).toBeLessThan(RETAINED_LIMIT);
    },
    timeoutMs * 10,
  );
};

const rate = (count: number, ms: number): number => Math.round((count / ms) * 1_000);
const report = (line: string): void => void process.stderr.write(`${line}\n`);

const fill = async (store: EventStore, stream: string, count: number): Promise<void> => {
  const template = sample('StepFinished');
  const lead = crypto.randomUUID().slice(0, 24);
  for (let first = 0; first < count; first += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, count - first) }, (_, index): NewEvent => {
      const number = first + index;
      return {
        ...template,
        id: lead + number.toString(16).padStart(12, '0'),
        data: { number, step: 'install packages' },
      };
    });
    await append(store, stream, events);
  }
};

async function* eventsOf(store: EventStore, range: object): AsyncGenerator<RecordedEvent> {
  for await (const item of store.subscribeAll(range, new AbortController().signal)) {
    if (item.kind === 'event') yield item.event;
  }
}

/** The most heap that survives garbage collection during the reading, beyond what was there before it. */
const retainedBy = async (events: AsyncIterable<RecordedEvent>, count: number): Promise<number> => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const heap = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed + process.memoryUsage().external;
  };
  const before = heap();
  const every = Math.ceil(count / 8);
  let seen = 0;
  let most = 0;
  for await (const event of events) {
    if (event.data['number'] !== seen)
      throw new Error(`expected event ${seen}, found ${JSON.stringify(event)}`);
    seen += 1;
    if (seen % every === 0) most = Math.max(most, heap() - before);
    if (seen === count) break;
  }
  expect(seen).toBe(count);
  return most;
};
