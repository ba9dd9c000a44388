import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { ACTOR_HEADER, actorToHeader, type ErrorCode, errorCodes } from '@gild/contracts';
import { systemClock } from '@gild/node-runtime';
import { type Clock, Fault } from '@gild/ports';
import { describeEndpoint, type Endpoint } from './endpoint.js';
import { type Call, send, SILENCE_MS } from './send.js';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.js';

/**
 * The HTTP API. Every call rejects with the fault the server refused with, with UNAVAILABLE when it is not there, the
 * connection breaks or it is no Gild server, with TIMEOUT when it does not answer, and with an AbortError once the signal
 * is aborted.
 */
export type HttpClient = {
  json: (call: Call, signal?: AbortSignal) => Promise<unknown>;
  /** Resolves with the events of a stream once the server has answered. */
  events: (call: Call, signal?: AbortSignal) => Promise<AsyncGenerator<ServerSentEvent>>;
  /** The raw response, checked for success. */
  stream: (call: Call, signal?: AbortSignal) => Promise<IncomingMessage>;
};

export const httpClient = (endpoint: Endpoint, actor: string, clock: Clock = systemClock): HttpClient => {
  const stream = async (call: Call, signal?: AbortSignal): Promise<IncomingMessage> => {
    const headers = { [ACTOR_HEADER]: actorToHeader(actor), ...call.headers };
    const response = await send(endpoint, { ...call, headers }, { clock, signal });
    const status = response.statusCode ?? 500;
    if (status < 300) return response;
    if (status >= 400) throw refusal(status, await orBroken(() => text(watched(endpoint, response)), signal));
    response.destroy();
    throw notGild(endpoint, `it answers with HTTP status ${status}`);
  };
  return {
    stream,
    json: async (call, signal) => {
      const response = watched(endpoint, await stream(call, signal));
      const answer = parsed(await orBroken(() => text(response), signal));
      if (answer === undefined) throw notGild(endpoint, 'its answer is not JSON');
      return answer;
    },
    events: async (call, signal) => eventsOf(watched(endpoint, await stream(call, signal)), signal),
  };
};

/** Breaks off when the server says nothing more; it says something at least every 15 s. */
const watched = (endpoint: Endpoint, response: IncomingMessage): IncomingMessage => {
  if (endpoint.kind === 'process') return response;
  return response.setTimeout(SILENCE_MS, () => response.destroy(new Error('the server fell silent')));
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

const orBroken = async <T>(read: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  try {
    return await read();
  } catch (cause) {
    throw broken(cause, signal);
  }
};

const broken = (cause: unknown, signal: AbortSignal | undefined): Error => {
  if (cause instanceof Error && signal?.aborted === true) return cause;
  return new Fault('UNAVAILABLE', 'the connection to the server broke', { cause, retryable: true });
};

const notGild = (endpoint: Endpoint, reason: string): Fault =>
  new Fault('UNAVAILABLE', `${describeEndpoint(endpoint)} is not a Gild server: ${reason}`);

const refusal = (status: number, body: string): Fault => {
  const { code, message, details } = (parsed(body) as { error?: ErrorBody } | undefined)?.error ?? {};
  const known = errorCodes.find((candidate): candidate is ErrorCode => candidate === code);
  return new Fault(
    known ?? codeOfStatus(status),
    message ?? `the server answered with HTTP status ${status}`,
    {
      details,
    },
  );
};

type ErrorBody = { code?: string; message?: string; details?: unknown };

/** For answers that are not Gild's own, such as a proxy's while the gateway restarts. */
const codeOfStatus = (status: number): ErrorCode => {
  if (status === 401) return 'FORBIDDEN_BY_POLICY';
  return status >= 502 && status <= 504 ? 'UNAVAILABLE' : 'INTERNAL';
};

/** Undefined when it is not JSON. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};
