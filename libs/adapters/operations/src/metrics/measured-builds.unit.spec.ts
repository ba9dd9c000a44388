import { memoryEventStore } from '@gild/event-store-memory';
import type { EventStore, NewEvent } from '@gild/ports';
import { measuredBuilds } from './measured-builds.js';
import type { Meter } from './meter.js';

const seen: string[] = [];
const told = (name: string, labels: object, value = 1) =>
  seen.push(`${name}{${Object.values(labels).join(',')}} ${value}`);
const meter: Meter = { count: told, observe: told, show: () => undefined };
const recorded = memoryEventStore();
const watching = (): EventStore => measuredBuilds(recorded, meter);
beforeEach(() => seen.splice(0));

let events = 0;
const event = (type: string, data: Record<string, unknown>, time = '2026-11-23T09:00:00.000Z'): NewEvent => ({
  id: `00000000-0000-4000-9000-${String((events += 1)).padStart(12, '0')}`,
  type,
  data,
  metadata: { time, actor: 'test', correlationId: 'c', causationId: 'c', schema: 1 },
});
const digest = 'a'.repeat(64);
const requested = event('BuildRequested', {
  ...{ jobId: 'j', imageName: 'web', imageVersion: '1.0.0', buildNumber: 1, arch: 'aarch64' },
  ...{ definition: {}, definitionDigest: digest, inputDigest: digest, priority: 0, requestedBy: 'ada' },
  ...{ useCache: true, bootTest: false, infrastructureRetries: 1, timeoutMs: 1 },
});
const failure = { class: 'infrastructure', code: 'NO_SPACE', message: 'full' };
const step = { attempt: 1, step: 'taskserv:nginx', status: 'done', durationMs: 1500, cache: 'miss' };

it('counts what happens to builds by the one who records it, after it was read', async () => {
  await recorded.append('job-j', 'none', [requested]);
  const store = watching();
  for await (const { stream } of store.readStream('job-j')) expect(stream).toBe('job-j');
  await store.append('job-j', { revision: 0 }, [
    event('AttemptGranted', { attempt: 1, agentId: 'oak', leaseMs: 1 }, '2026-11-23T09:00:02.500Z'),
    event('StepFinished', step),
    event('AttemptFailed', { attempt: 1, failure }),
    event('LateReportRefused', { attempt: 1, currentAttempt: 2, agentId: 'oak', report: 'LogStored' }),
    event('AttemptGranted', { attempt: 2, agentId: 'ash', leaseMs: 1 }, '2026-11-23T10:00:00.000Z'),
    event('AttemptLost', { attempt: 2, agentId: 'ash', message: 'gone' }),
    event('BuildCompleted', { attempt: 3, version: '1.0.0' }),
  ]);
  expect(seen).toStrictEqual([
    'gild_build_wait_seconds{aarch64} 2.5',
    'gild_step_seconds{taskserv,done} 1.5',
    'gild_layer_cache_total{taskserv,miss} 1',
    'gild_attempts_total{aarch64,failed,infrastructure} 1',
    'gild_late_reports_refused_total{} 1',
    'gild_leases_lost_total{aarch64} 1',
    'gild_attempts_total{aarch64,lost,lost} 1',
    'gild_attempts_total{aarch64,completed,none} 1',
    'gild_builds_ended_total{aarch64,completed} 1',
  ]);
});

it('counts nothing that another writer was faster with', async () => {
  const store = watching();
  const lost = event('AttemptLost', { attempt: 1, agentId: 'oak', message: 'gone' });
  expect(await store.append('job-j', 'none', [lost])).toMatchObject({ ok: false });
  expect(seen).toStrictEqual([]);
});
