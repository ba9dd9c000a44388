import { Fault, type Messenger } from '@gild/ports';
import type { NatsConnection } from '@nats-io/transport-node';

const DEFAULT_TIMEOUT_MS = 30_000;

/** What NestJS's NATS server puts on the wire: `{response}` or `{err}` for a request `{pattern, data, id}`. */
type Reply = { response?: unknown; err?: unknown };

/** Requests and hints over a NATS connection; requests speak the envelope of NestJS's NATS transport. */
export const natsMessenger = (connection: NatsConnection, newId: () => string): Messenger => ({
  request: async (subject, payload, options) => {
    const envelope = JSON.stringify({ pattern: subject, data: payload, id: newId() });
    const timeout = options?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const message = await connection.request(subject, envelope, { timeout }).catch((error: unknown) => {
      throw requestFault(subject, timeout, error);
    });
    const reply = message.json<Reply>();
    if (reply.err !== undefined && reply.err !== null) throw refusal(subject, reply.err);
    return reply.response;
  },
  hint: (subject, payload) => {
    connection.publish(subject, JSON.stringify(payload));
  },
  onHint: async (subject, handler) => {
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) handler(parsed(message.string()), message.subject);
      },
    });
    await connection.flush();
    return () => {
      subscription.unsubscribe();
    };
  },
});

const requestFault = (subject: string, timeoutMs: number, cause: unknown): Fault => {
  const name = cause instanceof Error ? cause.name : '';
  return name === 'TimeoutError'
    ? new Fault('TIMEOUT', `${subject} was not answered within ${timeoutMs} ms`, { retryable: true, cause })
    : new Fault('UNAVAILABLE', `nobody answers ${subject} over NATS; is that service running?`, {
        retryable: true,
        cause,
      });
};

/** What the other side's exception filter sends. */
type Refusal = { code?: string; message?: string; details?: unknown; retryable?: boolean };

const refusal = (subject: string, err: unknown): Fault => {
  if (typeof err !== 'object' || err === null)
    return new Fault('INTERNAL', `${subject} failed: ${String(err)}`);
  const { code = 'INTERNAL', message = `${subject} failed`, details, retryable } = err as Refusal;
  return new Fault(code, message, {
    details,
    retryable: retryable === true,
  });
};

/** A hint that is not JSON says nothing; it is delivered as undefined, as any hint may be lost. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
