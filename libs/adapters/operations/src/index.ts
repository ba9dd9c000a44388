export { type CallContext, currentCall, noteInCall, withinCall } from './call/call-context.js';
export {
  callOfHeaders,
  headersOfCall,
  REQUEST_ID_HEADER,
  soundRequestId,
  TRACE_PARENT_HEADER,
} from './call/call-headers.js';
export { nextTrace, parseTraceParent, traceParent, type TraceContext } from './call/trace-context.js';
export { traceOfJob } from './call/trace-of-job.js';
export { type Check, Readiness, type ReadinessReport } from './health/readiness.js';
export { METRICS, type MetricName } from './metrics/catalogue.js';
export { measuredBuilds } from './metrics/measured-builds.js';
export { measuredEventStore } from './metrics/measured-event-store.js';
export { measuredMessenger } from './metrics/measured-messenger.js';
export { measuredObjectGrants } from './metrics/measured-object-grants.js';
export { measuredObjectStore } from './metrics/measured-object-store.js';
export { type MetricOfCatalogue } from './metrics/metric.js';
export { type GaugeValue, type Meter, NO_METER } from './metrics/meter.js';
export { type PrometheusMeter, prometheusMeter } from './metrics/prometheus.js';
export { subjectKind } from './metrics/subject-kind.js';
export { stepKind } from './metrics/step-kind.js';
export { otlpTracing } from './tracing/otlp-tracing.js';
export { type RecordedOfBuild, shownBuilds } from './tracing/shown-builds.js';
export { tracedMessenger } from './tracing/traced-messenger.js';
export { tracedObjectStore } from './tracing/traced-object-store.js';
export { NO_TRACING, type OpenSpan, type SpanOf, type Tracing } from './tracing/tracing.js';
