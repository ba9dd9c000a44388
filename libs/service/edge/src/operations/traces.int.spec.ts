import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryEventStore } from '@gild/event-store-memory';
import { currentCall, noteInCall, traceOfJob, withinCall } from '@gild/operations';
import type { NewEvent } from '@gild/ports';
import { describeWithNats, NatsServer } from '@gild/testing';
import { connectNats, natsMessenger, natsOptions, NatsStrategy, servicePeer } from '@gild/transport-nats';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import pino from 'pino';
import { ObservedRequests } from './observed-requests.interceptor.js';
import { openOperations, type Operations } from './operations.js';

type Span = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string; spanId: string }[];
};

/** A collector of OTLP over HTTP that decodes what it is sent. */
let collector: Server;
let spans: Span[] = [];
const services = new Set<unknown>();
beforeAll(async () => {
  collector = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const told = JSON.parse(Buffer.concat(pieces).toString());
      for (const { resource, scopeSpans } of told.resourceSpans) {
        services.add(resource.attributes.find(({ key }: { key: string }) => key === 'service.name')?.value);
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  collector.closeAllConnections();
  collector.close();
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
});
beforeEach(() => {
  spans = [];
});

const logger = pino({ level: 'silent' });
const watched = (): Promise<Operations> =>
  openOperations({ service: 'scheduler', logger, env: { GILD_TRACES: 'otlp' } });
const spanOf = (name: string): Span => {
  const span = spans.find((it) => it.name === name);
  if (span === undefined) throw new Error(`no span ${name} in ${spans.map((it) => it.name).join(', ')}`);
  return span;
};

const JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const digest = 'a'.repeat(64);
const event = (type: string, data: Record<string, unknown>): NewEvent => ({
  id: crypto.randomUUID(),
  type,
  data,
  metadata: { time: '2026-11-23T09:00:00.000Z', actor: 'a', correlationId: JOB, causationId: 'c', schema: 1 },
});
const requested = event('BuildRequested', {
  ...{ jobId: JOB, imageName: 'web', imageVersion: '1.0.0', buildNumber: 1, arch: 'x86_64', definition: {} },
  ...{ definitionDigest: digest, inputDigest: digest, priority: 0, requestedBy: 'ada', useCache: true },
  ...{ bootTest: false, infrastructureRetries: 1, timeoutMs: 1 },
});

it('show a build in the trace that its id names, below its request, which is linked', async () => {
  const operations = await watched();
  const store = operations.eventStore(memoryEventStore());
  const request = operations.tracing.begin({ name: 'POST /v1/builds', kind: 'server' });
  await withinCall({ trace: request.trace }, () => store.append(`job-${JOB}`, 'none', [requested]));
  request.end();
  const granted = event('AttemptGranted', { attempt: 1, agentId: 'oak', leaseMs: 1 });
  await store.append(`job-${JOB}`, { revision: 0 }, [granted]);
  await operations.close();

  const root = traceOfJob(JOB);
  expect(spanOf('build')).toMatchObject({ traceId: root?.traceId, spanId: root?.spanId });
  expect(spanOf('build').links).toMatchObject([
    { traceId: request.trace.traceId, spanId: request.trace.spanId },
  ]);
  expect(spanOf('grant')).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  expect([...services]).toStrictEqual([{ stringValue: 'gild-scheduler' }]);
  const metadata: unknown[] = [];
  for await (const recorded of store.readStream(`job-${JOB}`)) metadata.push(recorded.metadata.traceparent);
  const { traceId, spanId } = request.trace;
  expect(metadata).toStrictEqual([`00-${traceId}-${spanId}-01`, undefined]);
});

it('that nobody takes keep no work from going on, and do not hold the end up', async () => {
  process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = 'http://127.0.0.1:1/v1/traces';
  const operations = await watched();
  delete process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const store = operations.eventStore(memoryEventStore());
  expect(await store.append(`job-${JOB}`, 'none', [requested])).toMatchObject({ ok: true });
  const begun = performance.now();
  await operations.close();
  expect(performance.now() - begun).toBeLessThan(10_000);
}, 60_000);

it('load nothing where they are off', async () => {
  const operations = await openOperations({ service: 'scheduler', logger, env: {} });
  const span = operations.tracing.begin({ name: 'x', kind: 'internal' });
  span.end();
  await operations.close();
  expect(span.trace.sampled).toBe(false);
  expect(spans).toStrictEqual([]);
});

let seen: unknown;
@Controller()
class Answers {
  @MessagePattern('gild.qry.test.answer')
  answer() {
    const { trace: _, ...facts } = currentCall() ?? {};
    seen = facts;
    return Promise.resolve({ jobId: JOB });
  }
}
@Module({ controllers: [Answers] })
class AnswersModule {}

describeWithNats()('over NATS', () => {
  it('go on from one service to the next, with the request and who asked', async () => {
    const operations = await watched();
    const nats = await NatsServer.started();
    const peer = servicePeer({ servers: nats.url }, 'test');
    const connection = await connectNats(peer);
    const strategy = new NatsStrategy(natsOptions(servicePeer({ servers: nats.url }, 'answers')));
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(AnswersModule, {
      ...{ strategy, logger: false },
    });
    app.useGlobalInterceptors(new ObservedRequests(operations));
    await app.listen();
    const messenger = operations.messenger(natsMessenger(connection, peer, () => 'id'));
    const ask = () => messenger.request('gild.qry.test.answer', {});
    while ((await ask().catch(() => undefined)) === undefined);

    const { trace } = operations.tracing.begin({ name: 'GET', kind: 'server' });
    spans = [];
    await withinCall({ trace, requestId: 'r-1', actor: 'Ada Łuk' }, async () => {
      noteInCall({ jobId: JOB });
      await ask();
    });
    await app.close();
    await connection.close();
    await nats.remove();
    await operations.close();
    expect(seen).toStrictEqual({ requestId: 'r-1', actor: 'Ada Łuk' });
    const both = spans.filter(({ traceId }) => traceId === trace.traceId);
    const sent = both.find(({ parentSpanId }) => parentSpanId === trace.spanId);
    const served = both.find(({ parentSpanId }) => parentSpanId === sent?.spanId);
    expect([sent?.name, served?.name, both.length]).toStrictEqual([
      'gild.qry.test.answer',
      'gild.qry.test.answer',
      2,
    ]);
  }, 60_000);
});
