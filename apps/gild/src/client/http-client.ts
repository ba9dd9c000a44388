import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type ErrorCode, errorCodes } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { describeEndpoint, type Endpoint, requestOptions } from './endpoint.js';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.js';

export type Call = { method: string; path: string; body?: unknown; headers?: Record<string, string> };

/** The HTTP API. Every call rejects with the fault the server refused with, or UNAVAILABLE when it is not there. */
export type HttpClient = {
  json: (call: Call) => Promise<unknown>;
  /** Events of a stream; ends when the server ends it, and with UNAVAILABLE when the connection breaks. */
  events: (call: Call, signal?: AbortSignal) => AsyncGenerator<ServerSentEvent>;
  /** The raw response, checked for success. */
  stream: (call: Call) => Promise<IncomingMessage>;
};

export const httpClient = (endpoint: Endpoint, actor: string): HttpClient => {
  const stream = async (call: Call, signal?: AbortSignal): Promise<IncomingMessage> => {
    const response = await send(
      endpoint,
      { ...call, headers: { 'gild-actor': actor, ...call.headers } },
      signal,
    );
    if ((response.statusCode ?? 500) < 400) return response;
    throw refusal(response.statusCode ?? 500, await text(response));
  };
  return {
    stream,
    json: async (call): Promise<unknown> => JSON.parse(await text(await stream(call))) as unknown,
    async *events(call, signal) {
      const response = await stream(call, signal);
      try {
        yield* serverSentEvents(response);
      } catch (cause) {
        if (signal?.aborted === true) return;
        throw new Fault('UNAVAILABLE', 'the connection to the server broke', { cause, retryable: true });
      }
    },
  };
};

const send = (endpoint: Endpoint, call: Call, signal?: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = requestOptions(endpoint, call.path);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      ...(options.headers as Record<string, string>),
      ...call.headers,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const start = options.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = start(
      { ...options, method: call.method, headers, ...(signal ? { signal } : {}) },
      resolve,
    );
    request.on('error', (cause) => {
      const where = describeEndpoint(endpoint);
      const message = `cannot reach the Gild server at ${where}: ${cause.message}`;
      reject(
        signal?.aborted === true ? cause : new Fault('UNAVAILABLE', message, { cause, retryable: true }),
      );
    });
    request.end(body);
  });

const refusal = (status: number, body: string): Fault => {
  const { code, message, details } = errorBody(body);
  const known = errorCodes.find((candidate): candidate is ErrorCode => candidate === code);
  const fallback = status === 401 ? 'FORBIDDEN_BY_POLICY' : 'INTERNAL';
  return new Fault(known ?? fallback, message ?? `the server answered with HTTP status ${status}`, {
    details,
  });
};

const errorBody = (body: string): { code?: string; message?: string; details?: unknown } => {
  try {
    return (JSON.parse(body) as { error?: object }).error ?? {};
  } catch {
    return {};
  }
};
