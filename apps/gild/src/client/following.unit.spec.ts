import { Fault, faultCode } from '@gild/ports';
import { type FakeClock, fakeClock } from '@gild/testing';
import { following } from './following.js';
import type { Call } from './send.js';
import { Patience } from './patience.js';
import type { ServerSentEvent } from './server-sent-events.js';

const log = (id: string): ServerSentEvent => ({ event: 'log', data: id, id });
const end: ServerSentEvent = { event: 'end', data: {}, id: undefined };
const gone = new Fault('UNAVAILABLE', 'the connection to the server broke');

async function* stream(events: readonly ServerSentEvent[], failure?: Error): AsyncGenerator<ServerSentEvent> {
  yield* events;
  if (failure !== undefined) throw failure;
}

let clock: FakeClock;
let notes: string[];
let asked: Call[];
beforeEach(() => {
  clock = fakeClock();
  notes = [];
  asked = [];
});

/** What a client sees whose connections go as `answers` say, one after the other; the last one is repeated. */
const seen = async (
  answers: readonly (Error | AsyncGenerator<ServerSentEvent>)[],
  signal?: AbortSignal,
): Promise<string[]> => {
  const ids: string[] = [];
  const note = (line: string) => notes.push(line);
  const patience = new Patience({
    clock,
    note,
    givingUp: 'the build goes on',
    signal,
    renew: async () => undefined,
  });
  const client = {
    events: async (call: Call) => {
      const answer = answers[Math.min(asked.push(call), answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer ?? gone;
      return answer;
    },
  };
  const isLast = ({ event }: ServerSentEvent) => event === 'end';
  for await (const { id } of following('/log', { client, patience, isLast, signal })) ids.push(id ?? 'end');
  return ids;
};

it('continues after the last event it saw when the connection breaks', async () => {
  const all = seen([stream([log('1.1'), log('1.2')], gone), stream([log('1.3'), end])]);
  await clock.advance(250);
  expect(await all).toEqual(['1.1', '1.2', '1.3', 'end']);
  expect(asked.map(({ headers }) => headers)).toEqual([{}, { 'last-event-id': '1.2' }]);
});

it('takes a stream that ends before its last event for a broken one', async () => {
  const all = seen([stream([log('1.1')]), stream([end])]);
  await clock.advance(250);
  expect(await all).toEqual(['1.1', 'end']);
});

it('outlasts a server that restarts or times out, and says once that it tries', async () => {
  const all = seen([gone, new Fault('TIMEOUT', 'late'), gone, stream([end])]);
  await clock.advance(2000);
  expect(await all).toEqual(['end']);
  expect(notes).toEqual(['the connection to the server broke; trying again']);
});

it('waits longer each time, and gives up after a minute without an answer', async () => {
  const failure = seen([gone]).catch((error: unknown) => error);
  await clock.advance(55_000);
  expect(asked.length).toBeLessThan(20);
  await clock.advance(10_000);
  expect(await failure).toMatchObject({ code: 'UNAVAILABLE', message: 'the build goes on' });
});

it('counts the minute from the last answer, however long the stream was silent before', async () => {
  const quiet = async function* () {
    await clock.delay(600_000);
    yield* stream([], gone);
  };
  const all = seen([quiet(), gone, stream([end])]);
  await clock.advance(601_000);
  expect(await all).toEqual(['end']);
});

it('gives up on a server that takes every call and then breaks off', async () => {
  const broken = () => stream([], gone);
  const failure = seen(Array.from({ length: 300 }, broken)).catch((error: unknown) => error);
  await clock.advance(70_000);
  expect(await failure).toMatchObject({ code: 'UNAVAILABLE', message: 'the build goes on' });
  expect(asked.length).toBeLessThan(20);
  expect(notes).toHaveLength(1);
});

it('does not ask again for what will not pass', async () => {
  const failure = await seen([new Fault('JOB_NOT_FOUND', 'no such job')]).catch((error: unknown) => error);
  expect(faultCode(failure)).toBe('JOB_NOT_FOUND');
  expect(asked).toHaveLength(1);
});

it('ends while it waits when it is interrupted', async () => {
  const interrupted = new AbortController();
  const failure = seen([gone], interrupted.signal).catch((error: unknown) => error);
  await clock.settle();
  interrupted.abort();
  expect(await failure).toMatchObject({ name: 'AbortError' });
});
