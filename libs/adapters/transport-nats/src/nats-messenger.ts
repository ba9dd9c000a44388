import type { Messenger } from '@gild/ports';
import type { NatsConnection } from '@nats-io/transport-node';
import { exchange } from './nats-exchange.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Requests and hints over a NATS connection; requests speak the envelope of NestJS's NATS transport. */
export const natsMessenger = (connection: NatsConnection, newId: () => string): Messenger => ({
  request: (subject, payload, options) =>
    exchange(connection, {
      subject,
      envelope: JSON.stringify({ pattern: subject, data: payload, id: newId() }),
      timeoutMs: options?.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    }),
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

/** A hint that is not JSON says nothing; it is delivered as undefined, as any hint may be lost. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
