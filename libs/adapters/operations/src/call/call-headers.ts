import { ACTOR_HEADER, actorFromHeader, actorToHeader } from '@gild/contracts';
import type { CallContext } from './call-context.js';
import { nextTrace, parseTraceParent, traceParent } from './trace-context.js';

export const TRACE_PARENT_HEADER = 'traceparent';
export const REQUEST_ID_HEADER = 'x-request-id';

const REQUEST_ID = /^[\w.:@/+=-]{1,128}$/;
const LONGEST_ACTOR = 256;

/** A request id that may stand in logs and headers, or undefined. */
export const soundRequestId = (text: string | undefined): string | undefined =>
  text !== undefined && REQUEST_ID.test(text) ? text : undefined;

/** How a call goes along with a request, over HTTP and NATS alike; empty outside of a call. */
export const headersOfCall = (call: CallContext | undefined): Record<string, string> =>
  call === undefined
    ? {}
    : {
        [TRACE_PARENT_HEADER]: traceParent(call.trace),
        ...(call.requestId !== undefined && { [REQUEST_ID_HEADER]: call.requestId }),
        ...(call.actor !== undefined && { [ACTOR_HEADER]: actorToHeader(call.actor) }),
      };

/** The call a request is part of; one that names none begins a trace. Headers are for logs: they grant nothing. */
export const callOfHeaders = (header: (name: string) => string | undefined): CallContext => {
  const requestId = soundRequestId(header(REQUEST_ID_HEADER));
  const actor = actorFromHeader(header(ACTOR_HEADER) ?? '')
    .slice(0, LONGEST_ACTOR)
    .trim();
  return {
    trace: parseTraceParent(header(TRACE_PARENT_HEADER)) ?? nextTrace(),
    ...(requestId !== undefined && { requestId }),
    ...(actor !== '' && { actor }),
  };
};
