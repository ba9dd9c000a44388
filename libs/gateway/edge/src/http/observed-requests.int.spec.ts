import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { subjects } from '@gild/contracts';
import { randomIds, systemClock } from '@gild/node-runtime';
import { type CallContext, currentCall, NO_TRACING, type Meter } from '@gild/operations';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { serviceLogger } from '@gild/service-edge';
import { GatewayModule } from '../gateway.module.js';
import { API_TOKEN, CLOCK, FARM, IDS, MESSENGER, OBJECT_STORE, OPERATIONS } from '../tokens.js';
import { observeRequests } from './observed-requests.js';
import type { RequestsUnderWay } from './requests-under-way.js';

const token = 'a-token-of-more-than-20-characters';
const JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const bus = new InProcessBus();
const measured: string[] = [];
const lines: string[] = [];
const meter: Meter = {
  count: () => undefined,
  observe: (_, labels) => measured.push(Object.values(labels).join(' ')),
  show: () => undefined,
};
let ready: 'ready' | 'draining' = 'ready';
let app: INestApplication;
let underWay: RequestsUnderWay;
let api: string;
let call: CallContext | undefined;

beforeAll(async () => {
  const pages = {
    ready: async () => ({ status: ready, checks: { nats: 'up' } as const }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'gild_x 1\n' }),
  };
  const module = GatewayModule.with([
    { provide: MESSENGER, useValue: inProcessMessenger(bus) },
    { provide: OBJECT_STORE, useValue: {} },
    { provide: CLOCK, useValue: systemClock },
    { provide: IDS, useValue: randomIds },
    { provide: API_TOKEN, useValue: { value: token } },
    { provide: FARM, useValue: { kind: 'services' } },
    { provide: OPERATIONS, useValue: pages },
  ]);
  app = await NestFactory.create(module, { logger: false, forceCloseConnections: true });
  const logger = serviceLogger('gateway', 'debug', { write: (line) => void lines.push(line) });
  underWay = observeRequests(app, { meter, tracing: NO_TRACING, logger, ids: randomIds, clock: systemClock });
  await app.listen(0, '127.0.0.1');
  api = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  bus.answer(subjects.job, async () => {
    call = currentCall();
    return {};
  });
  for (const subject of [subjects.policy, subjects.agents]) bus.answer(subject, async () => ({}));
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

it('takes the request id and the trace of who asks along, and answers with the id', async () => {
  const headers = {
    'x-request-id': 'mine-1',
    'gild-actor': 'ada',
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  };
  const response = await get(`/v1/jobs/${JOB}`, headers);
  expect(response.headers.get('x-request-id')).toBe('mine-1');
  expect(call).toMatchObject({ requestId: 'mine-1', actor: 'ada', jobId: JOB, trace: { traceId } });
  await response.text();
  while (measured.length === 0) await new Promise(setImmediate);
  expect(measured).toStrictEqual(['GET /v1/jobs/:jobId 200']);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ requestId: 'mine-1', traceId, jobId: JOB });
});

it('gives a request without a sound id one of its own, and says it also of a refusal', async () => {
  const ids = await Promise.all(
    ['/v1/jobs/x', '/v1/nothing'].map(async (path) =>
      (await get(path, { 'x-request-id': 'two words' })).headers.get('x-request-id'),
    ),
  );
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[0]).not.toBe(ids[1]);
});

it('serves metrics to who shows the token, and is not ready while it drains', async () => {
  expect((await fetch(`${api}/metrics`)).status).toBe(401);
  expect(await (await get('/metrics')).text()).toBe('gild_x 1\n');
  const health = await fetch(`${api}/health/ready`);
  expect([health.status, await health.json()]).toStrictEqual([
    200,
    { status: 'ready', checks: { nats: 'up' } },
  ]);
  ready = 'draining';
  expect((await fetch(`${api}/health/ready`)).status).toBe(503);
});

it('knows when it has answered what it was asked, and waits for nobody who follows', async () => {
  const asked = Promise.withResolvers<undefined>();
  const answer = Promise.withResolvers<unknown>();
  bus.answer(subjects.why, () => {
    asked.resolve(undefined);
    return answer.promise;
  });
  const job = Promise.withResolvers<unknown>();
  bus.answer(subjects.job, () => job.promise);
  const following = new AbortController();
  const followed = fetch(`${api}/v1/jobs/${JOB}/events`, {
    ...{ headers: { authorization: `Bearer ${token}` }, signal: following.signal },
  }).catch(() => 'left');
  const response = get(`/v1/jobs/${JOB}/why`);
  await asked.promise;
  const order: string[] = [];
  const idle = underWay.idle().then(() => order.push('idle'));
  order.push('answered');
  answer.resolve({});
  await (await response).text();
  await idle;
  expect(order).toStrictEqual(['answered', 'idle']);
  job.resolve({});
  following.abort();
  expect(await followed).toBe('left');
});
