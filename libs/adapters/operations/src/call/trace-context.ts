import { randomBytes } from 'node:crypto';

/** A place in a trace (W3C Trace Context, level 1): what is done from here on belongs below the span. */
export type TraceContext = { traceId: string; spanId: string; sampled: boolean };

/** Version 00, or a later one, of which the first fields mean the same (§4.3 of the standard). */
const TRACE_PARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const NOTHING = /^0+$/;
const SAMPLED = 1;

/** The header's trace context, or undefined for one that is absent or not sound: whoever reads it begins a trace. */
export const parseTraceParent = (header: string | undefined): TraceContext | undefined => {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & SAMPLED) === SAMPLED };
};

/** The value of `traceparent` for what is asked of others from here. */
export const traceParent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A place below the parent, or the beginning of a trace. */
export const nextTrace = (parent?: TraceContext): TraceContext => ({
  traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  sampled: parent?.sampled ?? false,
});
