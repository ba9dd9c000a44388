import { fakeClock } from '@gild/testing';
import { Connection } from './connection.js';

it('waits for nothing any more once it is closed', async () => {
  const time = fakeClock();
  const waits: AbortSignal[] = [];
  const delay: typeof time.delay = (ms, signal) => {
    waits.push(signal ?? new AbortController().signal);
    return time.delay(ms, signal);
  };
  const connectionString = 'kurrentdb://127.0.0.1:1?tls=false';
  const connection = new Connection({ connectionString, clock: { ...time, delay }, patienceMs: 0 });
  await connection.client();
  await connection.close();
  expect(waits.map(({ aborted }) => aborted)).toStrictEqual([true]);
});
