import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type ErrorCode, errorCodes } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { describeEndpoint, type Endpoint, requestOptions } from './endpoint.js';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.js';

export type Call = {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Asking twice is as good as asking once; true of every GET. */
  repeatable?: boolean;
};

/**
 * The HTTP API. Every call rejects with the fault the server refused with, with UNAVAILABLE when it is not there or the
 * connection breaks, and with an AbortError once the signal is aborted.
 */
export type HttpClient = {
  json: (call: Call, signal?: AbortSignal) => Promise<unknown>;
  /** Resolves with the events of a stream once the server has answered. */
  events: (call: Call, signal?: AbortSignal) => Promise<AsyncGenerator<ServerSentEvent>>;
  /** The raw response, checked for success. */
  stream: (call: Call, signal?: AbortSignal) => Promise<IncomingMessage>;
};

/** A server says something at least every 15 s; a connection that says nothing for so long is dead. */
const SILENCE_MS = 60_000;

export const httpClient = (endpoint: Endpoint, actor: string): HttpClient => {
  const stream = async (call: Call, signal?: AbortSignal): Promise<IncomingMessage> => {
    const headers = { 'gild-actor': actor, ...call.headers };
    const response = await send(endpoint, { ...call, headers }, signal);
    if ((response.statusCode ?? 500) < 400) return response;
    throw refusal(response.statusCode ?? 500, await text(response));
  };
  return {
    stream,
    json: async (call, signal) => {
      const body = await orBroken(async () => text(await stream(call, signal)), signal);
      return JSON.parse(body) as unknown;
    },
    events: async (call, signal) => {
      const response = await stream(call, signal);
      if (endpoint.kind !== 'process')
        response.setTimeout(SILENCE_MS, () => response.destroy(new Error('the server fell silent')));
      return eventsOf(response, signal);
    },
  };
};

async function* eventsOf(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerSentEvent> {
  try {
    yield* serverSentEvents(response);
  } catch (cause) {
    throw broken(cause, signal);
  }
}

const orBroken = async <T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  try {
    return await ask();
  } catch (cause) {
    throw broken(cause, signal);
  }
};

const broken = (cause: unknown, signal: AbortSignal | undefined): Error => {
  if (cause instanceof Error && (signal?.aborted === true || cause instanceof Fault)) return cause;
  return new Fault('UNAVAILABLE', 'the connection to the server broke', { cause, retryable: true });
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
  return new Fault(
    known ?? codeOfStatus(status),
    message ?? `the server answered with HTTP status ${status}`,
    {
      details,
    },
  );
};

/** For answers that are not Gild's own, such as a proxy's while the gateway restarts. */
const codeOfStatus = (status: number): ErrorCode => {
  if (status === 401) return 'FORBIDDEN_BY_POLICY';
  return status >= 502 && status <= 504 ? 'UNAVAILABLE' : 'INTERNAL';
};

const errorBody = (body: string): { code?: string; message?: string; details?: unknown } => {
  try {
    return (JSON.parse(body) as { error?: object }).error ?? {};
  } catch {
    return {};
  }
};
