import { randomBytes } from 'node:crypto';
import type { Context, Link, SpanContext, SpanStatusCode, Tracer } from '@opentelemetry/api';
import { faultCode } from '@gild/ports';
import { nextTrace, type TraceContext } from '../call/trace-context.js';
import type { OpenSpan, SpanOf, Tracing } from './tracing.js';

export type OtlpOptions = { service: string; env: NodeJS.ProcessEnv; report: (error: unknown) => void };

/** The last spans are worth this wait when a service ends, and no more. */
const CLOSE_WITHIN_MS = 3_000;
const EXPORT_WITHIN_MS = 5_000;
/** Spans that wait to be told while the collector is away; more are dropped. */
const MOST_WAITING = 2_048;

/**
 * Spans told by OTLP over HTTP, as JSON, to the collector of the standard variables OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT (http://localhost:4318 without them). The SDK is loaded here and nowhere else. A
 * collector that is away or refuses costs spans, never work.
 */
export const otlpTracing = async ({ service, env, report }: OtlpOptions): Promise<Tracing> => {
  const [api, { TracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  api.diag.setLogger(onlyProblems(report), {
    logLevel: api.DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  });
  const exporter = new OTLPTraceExporter({ timeoutMillis: EXPORT_WITHIN_MS });
  const limits = { maxQueueSize: MOST_WAITING, exportTimeoutMillis: EXPORT_WITHIN_MS };
  const places = new GivenPlaces();
  const provider = new TracerProvider({
    idGenerator: places,
    resource: resourceOf(env['OTEL_SERVICE_NAME'] ?? `gild-${service}`),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...limits })],
  });
  return {
    begin: beginning(api, provider.getTracer('gild'), places),
    close: () => closed(provider),
  };
};

type Api = typeof import('@opentelemetry/api');

const beginning = (api: Api, tracer: Tracer, places: GivenPlaces): Tracing['begin'] => {
  const kinds = { internal: api.SpanKind.INTERNAL, server: api.SpanKind.SERVER, client: api.SpanKind.CLIENT };
  const below = (parent: TraceContext | undefined): Context =>
    parent === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, remoteOf(parent));
  return (span) => {
    if (span.parent?.sampled === false) return untold(span);
    const { name, kind, parent, at, links = [], attributes = {} } = span;
    const options = { kind: kinds[kind], attributes: { ...attributes }, links: links.map(linkOf) };
    const open = places.within(at, () => tracer.startSpan(name, options, below(parent)));
    const { traceId, spanId } = open.spanContext();
    return {
      trace: { traceId, spanId, sampled: true },
      end: ({ error, attributes: more = {} } = {}) => {
        open.setAttributes({ ...more });
        if (error !== undefined) open.setStatus(failed(error, api.SpanStatusCode.ERROR));
        open.end();
      },
    };
  };
};

/** Whoever asked does not want it told; the place goes along nevertheless. */
const untold = ({ parent, at }: SpanOf): OpenSpan => ({
  trace: at ?? parent ?? nextTrace(),
  end: () => undefined,
});

const remoteOf = ({ traceId, spanId }: TraceContext): SpanContext => ({
  ...{ traceId, spanId, traceFlags: 1, isRemote: true },
});

const linkOf = (to: TraceContext): Link => ({ context: remoteOf(to) });

const failed = (error: unknown, code: SpanStatusCode) => ({
  code,
  message: faultCode(error) ?? (error instanceof Error ? error.name : String(error)),
});

/** Random ids, but for a span whose place is given. The SDK asks for them while it begins the span, and only then. */
class GivenPlaces {
  #given: TraceContext | undefined;

  within<T>(at: TraceContext | undefined, begin: () => T): T {
    this.#given = at;
    try {
      return begin();
    } finally {
      this.#given = undefined;
    }
  }

  generateTraceId(): string {
    return this.#given?.traceId ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return this.#given?.spanId ?? randomBytes(8).toString('hex');
  }
}

const resourceOf = (name: string) => {
  const attributes = { 'service.name': name, 'service.instance.id': String(process.pid) };
  const resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries<string>(attributes),
  };
  return resource;
};

const onlyProblems = (report: (error: unknown) => void) => ({
  error: (message: string) => report(new Error(message)),
  warn: (message: string) => report(new Error(message)),
  info: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
});

const closed = async (provider: { shutdown: () => Promise<void> }): Promise<void> => {
  let limit: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    limit = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  await Promise.race([provider.shutdown().catch(() => undefined), enough]);
  clearTimeout(limit);
};
