import {
  type CustomTransportStrategy,
  type MessageHandler,
  NatsContext,
  Server,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { Fault } from '@gild/ports';
import type { InProcessBus } from './in-process-bus.js';

/** Lets NestJS controllers answer requests of an in-process bus: the embedded counterpart of `Transport.NATS`. */
export class InProcessStrategy extends Server implements CustomTransportStrategy {
  constructor(private readonly bus: InProcessBus) {
    super();
  }

  listen(callback: () => void): void {
    for (const [subject, handler] of this.messageHandlers) {
      this.bus.answer(subject, (payload, asked) => this.answer(handler, payload, asked));
    }
    callback();
  }

  close(): void {
    for (const subject of this.messageHandlers.keys()) this.bus.silence(subject);
  }

  on(): void {
    // An in-process bus has no connection whose changes could be observed.
  }

  unwrap<T>(): T {
    return this.bus as T;
  }

  private async answer(handler: MessageHandler, payload: unknown, subject: string): Promise<unknown> {
    try {
      const answers = this.transformToObservable(
        await handler(payload, new NatsContext([subject, undefined])),
      );
      return await firstValueFrom(answers, { defaultValue: undefined });
    } catch (error) {
      throw asFault(error);
    }
  }
}

/** What a controller's exception filter sends, as the caller sees it; faults pass unchanged. */
const asFault = (error: unknown): unknown => {
  if (error instanceof Error || typeof error !== 'object' || error === null) return error;
  const { code, message, details, retryable } = error as Record<string, unknown>;
  return new Fault(String(code), String(message), { details, retryable: retryable === true });
};
