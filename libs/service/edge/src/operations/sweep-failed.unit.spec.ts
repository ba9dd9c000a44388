import { prometheusMeter } from '@gild/operations';
import { Fault } from '@gild/ports';
import { serviceLogger } from '../pino-logger.js';
import { tellingOfSweeps } from './sweep-failed.js';

it('says why unfinished uploads were not swept, and counts it', async () => {
  const lines: string[] = [];
  const logger = serviceLogger('test', 'info', { write: (line) => void lines.push(line) });
  const { meter, page } = await prometheusMeter('registry');
  const sweepFailed = tellingOfSweeps({ meter, logger });
  sweepFailed(new Fault('FORBIDDEN_BY_POLICY', 'the server lists none'));
  sweepFailed(new Error('odd'));
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ level: 40, err: { message: 'the server lists none' }, msg: expect.stringContaining('not swept') },
  });
  const { text } = await page();
  const counted = text.split('\n').filter((line) => line.startsWith('gild_object_store_failures_total{'));
  expect(counted).toHaveLength(2);
  for (const [line, code] of [
    [counted[0], 'FORBIDDEN_BY_POLICY'],
    [counted[1], 'INTERNAL'],
  ])
    for (const part of ['operation="sweep"', `code="${code}"`, '} 1']) expect(line).toContain(part);
});
