import { Fault } from '@gild/ports';
import { tellingOfFailures } from './background-failures.js';
import { serviceLogger } from './pino-logger.js';

it('says what failed in the background, and of which build or agent it was where that is known', () => {
  const lines: string[] = [];
  const tell = tellingOfFailures(serviceLogger('test', 'info', { write: (line) => void lines.push(line) }));
  tell(new Fault('STORE_IO', 'the stream makes no sense'), { jobId: 'web-1' });
  tell(new Fault('STORE_IO', 'the stream makes no sense'), { agentId: 'oak' });
  tell(new Error('nothing to blame'));
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told).toMatchObject([
    { level: 50, jobId: 'web-1', err: { message: 'the stream makes no sense' } },
    { level: 50, agentId: 'oak' },
    { level: 50, err: { message: 'nothing to blame' }, msg: 'background work failed; it is tried again' },
  ]);
  expect(told[2]).not.toHaveProperty('jobId');
});
