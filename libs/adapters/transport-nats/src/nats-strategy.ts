import { agentOfSubject, answersOf } from '@gild/contracts';
import { callOfHeaders, withinCall } from '@gild/operations';
import { type CustomTransportStrategy, type NatsOptions, ServerNats } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { agentInbox } from './nats-connection.js';

/** Time for the last answers to get onto the wire, and the longest time for requests that run at the end. */
const GRACE_MS = 100;
const LIMIT_MS = 10_000;

/**
 * NestJS's NATS server, but for its end: it takes no request any more and lets those that run finish, where NestJS
 * waits a fixed time whatever runs. What takes longer than ten seconds is cut off; its sender meets a time-out. Every
 * request is worked on as part of the call that its headers name.
 *
 * What an agent sends is not trusted: a request under its name is answered where it listens itself or not worked on at
 * all, so that nobody makes a service publish elsewhere. A message without an id is no request, and is dropped.
 */
export class NatsStrategy extends ServerNats implements CustomTransportStrategy {
  readonly #subscriptions: Subscription[] = [];
  readonly #running = new Set<unknown>();
  readonly #idle = Promise.withResolvers<undefined>();
  #ending = false;

  constructor(options: Required<NatsOptions>['options']) {
    super({ ...options, gracefulShutdown: true, gracePeriod: GRACE_MS });
    this.setOnProcessingStartHook((_transport, context, handle) => {
      this.#running.add(context);
      handle().catch((error: unknown) => this.handleError(String(error)));
    });
    this.setOnProcessingEndHook((_transport, context) => {
      this.#running.delete(context);
      this.#tellIdle();
    });
  }

  override bindEvents(client: NatsConnection): void {
    super.bindEvents({
      subscribe: (...args: Parameters<NatsConnection['subscribe']>) => {
        const subscription = client.subscribe(...args);
        this.#subscriptions.push(subscription);
        return subscription;
      },
    });
  }

  override handleMessage(channel: string, message: Msg): Promise<unknown> {
    if (!isAnsweredByRight(message)) return Promise.resolve();
    const call = callOfHeaders((name) => message.headers?.get(name));
    return withinCall(call, () => super.handleMessage(channel, message));
  }

  /** NestJS would have a request without an id worked on unanswered. Events do not come this way: they are hints. */
  override handleEvent(): Promise<void> {
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.#finish(), delay(LIMIT_MS, undefined, limit)]);
    limit.abort();
    await super.close();
  }

  /** What the server had sent before it heard that nothing more is wanted is answered as well. */
  async #finish(): Promise<void> {
    await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.drain()));
    this.#ending = true;
    this.#tellIdle();
    await this.#idle.promise;
  }

  #tellIdle(): void {
    if (this.#ending && this.#running.size === 0) this.#idle.resolve(undefined);
  }
}

/** Under an agent's name, the answer goes to its inbox, or to where it answers itself when it is the one that is asked. */
const isAnsweredByRight = ({ subject, reply }: Msg): boolean => {
  const agentId = agentOfSubject(subject);
  if (agentId === undefined) return true;
  return reply?.startsWith(`${answersOf(subject) ?? agentInbox(agentId)}.`) === true;
};
