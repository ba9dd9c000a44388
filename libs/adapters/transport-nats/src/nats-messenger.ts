import { answersOf } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsPeer } from './nats-connection.js';
import { exchange } from './nats-exchange.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Requests and hints over the NATS connection of a peer; requests speak the envelope of NestJS's NATS transport. */
export const natsMessenger = (
  connection: NatsConnection,
  { inbox }: Pick<NatsPeer, 'inbox'>,
  newId: () => string,
): Messenger => ({
  request: (subject, payload, options) =>
    exchange(connection, {
      subject,
      envelope: JSON.stringify({ pattern: subject, data: payload, id: newId() }),
      inbox: answersOf(subject) ?? inbox,
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
