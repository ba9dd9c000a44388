import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type Clock, Fault, faultCode } from '@gild/ports';
import { describeEndpoint, type Endpoint, requestOptions } from './endpoint.js';

/** How long a server may be silent: before it answers, unless a call says otherwise, and while it does. */
export const SILENCE_MS = 60_000;

/** One request. */
export type Call = {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Asking twice is as good as asking once; true of every GET. */
  repeatable?: boolean;
  /** How long the server may take before it answers. */
  withinMs?: number;
};

type Sending = { clock: Clock; signal: AbortSignal | undefined };

/** The beginning of the answer. Faults: UNAVAILABLE when nobody is there, TIMEOUT; an AbortError once aborted. */
export const send = (endpoint: Endpoint, call: Call, { clock, signal }: Sending): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const over = new AbortController();
    const { options, body } = prepared(endpoint, call);
    const start = options.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = start({ ...options, ...(signal ? { signal } : {}) }, (response) => {
      over.abort();
      resolve(response);
    });
    request.on('error', (cause) => {
      over.abort();
      reject(
        signal?.aborted === true || faultCode(cause) !== undefined ? cause : unreachable(endpoint, cause),
      );
    });
    const withinMs = call.withinMs ?? SILENCE_MS;
    clock.delay(withinMs, over.signal).then(
      () => request.destroy(silent(endpoint, withinMs)),
      () => undefined, // it answered
    );
    request.end(body);
  });

const prepared = (endpoint: Endpoint, call: Call) => {
  const options = requestOptions(endpoint, call.path);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...(options.headers as Record<string, string>),
    ...call.headers,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  return { options: { ...options, method: call.method, headers }, body };
};

const unreachable = (endpoint: Endpoint, cause: Error): Fault => {
  const message = `cannot reach the Gild server at ${describeEndpoint(endpoint)}: ${cause.message}`;
  return new Fault('UNAVAILABLE', message, { cause, retryable: true });
};

const silent = (endpoint: Endpoint, withinMs: number): Fault => {
  const message = `the Gild server at ${describeEndpoint(endpoint)} did not answer within ${withinMs / 1000} s`;
  return new Fault('TIMEOUT', message, { retryable: true });
};
