/**
 * A process of its own that appends to a shared log, for tests that race several of them or kill one.
 * Arguments: what to do, the path of the log, the name of this writer, how many events. Tells on standard output, one
 * line each and unbuffered, what it sends and what was acknowledged.
 */
import { appendFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultCode, type Clock, type EventStore, type ExpectedState, type NewEvent } from '@gild/ports';
import { sqliteEventStore } from '../sqlite-event-store.js';

const STREAM = 'job-shared';
const PROCESSES_THAT_MEET = 2;
const [task = '', path = '', writer = '0', count = '0'] = process.argv.slice(2);
const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  delay: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};
const open = (): EventStore => sqliteEventStore({ path, clock });
const tell = (...words: readonly unknown[]): void => void writeSync(1, `${words.join(' ')}\n`);

const event = (number: number, text = ''): NewEvent => ({
  id: `0000000${writer}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
  type: 'StepFinished',
  data: { writer, number, text },
  metadata: { time: clock.now(), actor: 'test', correlationId: 'c', causationId: 'd', schema: 1 },
});

const outcome = async (store: EventStore, number: number, text?: string): Promise<string> => {
  try {
    await store.append(STREAM, 'any', [event(number, text)]);
    return 'acked';
  } catch (error) {
    return faultCode(error) ?? String(error);
  }
};

const countOf = async (store: EventStore): Promise<number> => {
  let events = 0;
  for await (const { revision } of store.readAll()) events = Math.max(events, revision + 1);
  return events;
};

/** Appends its events one by one at the revision it believes in; conflicts are counted and tried again. */
const race = async (): Promise<void> => {
  const store = open();
  let expected: ExpectedState = 'none';
  let conflicts = 0;
  for (let number = 0; number < Number(count);) {
    const result = await store.append(STREAM, expected, [event(number)]);
    const last: number | 'none' = result.ok ? result.revision : result.actual;
    expected = last === 'none' ? 'none' : { revision: last };
    if (result.ok) number += 1;
    else conflicts += 1;
  }
  tell('conflicts', conflicts);
};

/** Appends its events one by one and leaves without closing, as a killed process would. */
const append = async (): Promise<void> => {
  const store = open();
  for (let number = 0; number < Number(count); number += 1) {
    tell('sent', number);
    const result = await outcome(store, number);
    tell(result, number);
  }
  process.exit(0);
};

/** Fills the disk, looks at what still works, makes room, goes on. */
const fill = async (): Promise<void> => {
  const ballast = join(dirname(path), 'ballast');
  writeFileSync(ballast, Buffer.alloc(512 * 1024));
  const text = 'x'.repeat(8_000);
  const store = open();
  let number = 0;
  let result = 'acked';
  while (result === 'acked') result = await outcome(store, number++, text);
  const acked = number - 1;
  tell('refused', result);
  tell('readable', (await countOf(store)) === acked);
  tell('refused-again', await outcome(store, number, text));
  await store.close();
  const reopened = open();
  tell('readable-after-reopening', (await countOf(reopened)) === acked);
  rmSync(ballast);
  tell('with-space', await outcome(reopened, acked, text));
  tell('grown', (await countOf(reopened)) === acked + 1);
  await reopened.close();
};

/** Opens new logs one after the other, each in the same instant as the other process does. */
const meet = async (): Promise<void> => {
  for (let number = 0; number < Number(count); number += 1) {
    const log = `${path}-${number}`;
    const arrived = `${log}.arrived`;
    appendFileSync(arrived, writer);
    while (statSync(arrived).size < PROCESSES_THAT_MEET);
    await sqliteEventStore({ path: log, clock }).close();
  }
  tell('opened', count);
};

const tasks: Record<string, () => Promise<void>> = { race, append, fill, meet };
await tasks[task]?.();
