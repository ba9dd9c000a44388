import { objectKeys } from '@gild/contracts';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { type LogPosition, type LogState, readLog } from './follow-log.js';

const START: LogPosition = { attempt: 1, chunk: 0 };

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
    for await (const { attempt, chunk, bytes } of readLog('job', { from, follow, signal }, deps))
      pieces.push(`${attempt}.${chunk} ${Buffer.from(bytes).toString()}`);
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

it('reads the log of an attempt that ended by itself without a notice', async () => {
  const { read } = await logs({ '1.1': 'abc', '2.1': 'x' }, { attempt: 2 });
  expect(await read()).toStrictEqual(['1.1 abc', '2.1 x']);
});
