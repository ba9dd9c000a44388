import { withinCall } from '@gild/operations';
import { serviceLogger } from './pino-logger.js';

const lines: string[] = [];
const logger = serviceLogger('test', 'info', { write: (line) => void lines.push(line) });
const written = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;

it('writes of which build, attempt, agent, request and trace a line is, and who asked', async () => {
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
  const call = { trace, jobId: 'j', attempt: 2, agentId: 'oak', requestId: 'r', actor: 'ada' };
  await withinCall(call, async () => {
    await Promise.resolve();
    logger.info('done');
  });
  const { trace: _, ...facts } = call;
  expect(written()).toMatchObject({ ...facts, traceId: trace.traceId, msg: 'done', service: 'test' });
  logger.info('by itself');
  expect(written()).not.toHaveProperty('traceId');
});

it.each([
  ['token', { token: 'hunter2' }],
  ['authorization', { headers: { authorization: 'hunter2' } }],
  ['password', { options: { nats: { password: 'hunter2' } } }],
  ['secretKey', { s3: { secretKey: 'hunter2' } }],
  ['GILD_TOKEN', { env: { GILD_TOKEN: 'hunter2' } }],
])('keeps %s out of its lines', (_, fields) => {
  logger.info(fields, 'connecting');
  expect(lines.at(-1)).not.toContain('hunter2');
  expect(lines.at(-1)).toContain('[secret]');
});

it.each([
  'cannot connect to nats://gild:hunter2@10.0.0.1:4222',
  'kurrentdb+discover://admin:hunter2@db:2113 is away',
  'refused Authorization: Bearer hunter2hunter2',
  'GET https://s3/b/k?X-Amz-Signature=hunter2&X-Amz-Date=1 failed',
])('keeps what is secret out of the text "%s", also in errors and their stacks', (text) => {
  logger.error({ err: new Error(text, { cause: new Error(text) }) }, text);
  expect(lines.at(-1)).not.toContain('hunter2');
  expect(written()).toMatchObject({ msg: expect.stringContaining('[secret]') });
});

it('keeps seeds of keys out of its lines', () => {
  const seed = `SU${'A'.repeat(56)}`;
  logger.warn(`cannot use ${seed} here`);
  expect(written()).toMatchObject({ msg: 'cannot use [secret] here' });
});

it('leaves addresses and text without secrets as they are', () => {
  const text = 'GET https://deb.example.org/a@b?c=d:e of SUMMARY Bearer of news';
  logger.info(text);
  expect(written()).toMatchObject({ msg: text });
});
