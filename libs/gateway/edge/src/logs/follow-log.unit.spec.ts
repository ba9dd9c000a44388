import { objectKeys } from '@gild/contracts';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { type LogPiece, type LogPosition, type LogState, readLog, readPastLog } from './follow-log.js';

const START: LogPosition = { attempt: 1, chunk: 0 };

const textOf = ({ attempt, chunk, bytes }: LogPiece) =>
  `${attempt}.${chunk} ${Buffer.from(bytes).toString()}`;

const logs = async (chunks: Readonly<Record<string, string>>, state: Partial<LogState>) => {
  const objects = memoryObjectStore();
  const put = async (at: string, text: string) => {
    const [attempt = 0, chunk = 0] = at.split('.').map(Number);
    return objects.put(objectKeys.logChunk('job', attempt, chunk), Buffer.from(text));
  };
  for (const [at, text] of Object.entries(chunks)) await put(at, text);
  const now: LogState = { attempt: 1, interrupted: [], ended: true, ...state };
  const deps = {
    objects,
    clock: fakeClock(),
    state: () => Promise.resolve(now),
    changed: () => Promise.resolve(),
  };
  const read = async (from = START, follow = false) => {
    const pieces: string[] = [];
    const signal = new AbortController().signal;
    for await (const piece of readLog('job', { from, follow, signal }, deps)) pieces.push(textOf(piece));
    return pieces;
  };
  return { put, now, deps, read };
};

const NOTICE = '\n[the log of attempt 1 is interrupted at byte 5: its agent was lost]\n';

describe('row 18: the log of an attempt whose agent was lost', () => {
  it('is what came of it, and says at which byte it is interrupted, before the next attempt', async () => {
    const { read } = await logs({ '1.1': 'abc', '1.2': 'de', '2.1': 'x' }, { attempt: 2, interrupted: [1] });
    expect(await read()).toStrictEqual(['1.1 abc', '1.2 de', `2.0 ${NOTICE}`, '2.1 x']);
  });
  it('says so too while nothing came after it', async () => {
    const { read } = await logs({ '1.1': 'abcde' }, { interrupted: [1], ended: false });
    expect(await read()).toStrictEqual(['1.1 abcde', `2.0 ${NOTICE}`]);
  });
  it('says so once to those who read on from there, and rightly to those who begin in its midst', async () => {
    const { read } = await logs({ '1.1': 'abc', '1.2': 'de', '2.1': 'x' }, { attempt: 2, interrupted: [1] });
    expect(await read({ attempt: 2, chunk: 0 })).toStrictEqual(['2.1 x']);
    expect(await read({ attempt: 1, chunk: 1 })).toStrictEqual(['1.2 de', `2.0 ${NOTICE}`, '2.1 x']);
  });
  it('is waited for by those who follow it, until it is known what became of it', async () => {
    const { put, now, deps, read } = await logs({ '1.1': 'abcde' }, { ended: false });
    let waits = 0;
    deps.changed = async () => {
      waits += 1;
      Object.assign(now, { attempt: 2, interrupted: [1], ended: waits === 2 });
      if (waits === 2) await put('2.1', 'x');
    };
    expect(await read(START, true)).toStrictEqual(['1.1 abcde', `2.0 ${NOTICE}`, '2.1 x']);
  });
});

it('reads of the past the attempts whose log was complete then, and says of which it cannot tell', async () => {
  const chunks = { '1.1': 'abc', '2.1': 'x', '3.1': 'y' };
  const { deps } = await logs(chunks, {});
  const signal = new AbortController().signal;
  const readThen = async (attempt: number, whole: number, from = START) => {
    const past = { attempt, whole, interrupted: [], ended: false };
    const pieces: string[] = [];
    for await (const piece of readPastLog('job', { from, signal }, { ...deps, past }))
      pieces.push(textOf(piece));
    return pieces;
  };
  const notice = '[attempt 2 was under way then; which of its lines were written is not on record]\n';
  expect(await readThen(2, 1)).toStrictEqual(['1.1 abc', `3.0 ${notice}`]);
  expect(await readThen(2, 1, { attempt: 3, chunk: 0 })).toStrictEqual([]);
  expect(await readThen(2, 2)).toStrictEqual(['1.1 abc', '2.1 x']);
  expect(await readThen(1, 0)).toStrictEqual([`2.0 ${notice.replace('2', '1')}`]);
  expect(await readThen(0, 0)).toStrictEqual([]);
});

it('reads the log of an attempt that ended by itself without a notice', async () => {
  const { read } = await logs({ '1.1': 'abc', '2.1': 'x' }, { attempt: 2 });
  expect(await read()).toStrictEqual(['1.1 abc', '2.1 x']);
});
