import { Fault } from '@gild/ports';
import { matchesSubject } from './subject-match.js';

/** Answers a request; rejects with a fault to refuse it. */
export type RequestHandler = (payload: unknown, subject: string) => Promise<unknown>;
type HintHandler = (payload: unknown, subject: string) => void;

/**
 * The transport of an embedded farm: requests and hints inside one process, with the same meaning as over NATS. Payloads
 * are copied through JSON, so that nobody shares objects by accident and what would not survive NATS fails here too.
 */
export class InProcessBus {
  private readonly handlers = new Map<string, RequestHandler>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly hintHandlers = new Set<{ subject: string; handler: HintHandler }>();

  /** `subject` may stand for several: `*` for one token, `>` for the rest. */
  answer(subject: string, handler: RequestHandler): void {
    this.handlers.set(subject, handler);
  }

  /** Nobody answers the subject any more. */
  silence(subject: string): void {
    this.handlers.delete(subject);
  }

  async request(subject: string, payload: unknown): Promise<unknown> {
    const handler = this.handlerOf(subject);
    if (handler === undefined) {
      throw new Fault('UNAVAILABLE', `nobody answers ${subject}; is that service running?`, {
        retryable: true,
      });
    }
    const answer = handler(copy(payload), subject);
    this.underWay.add(answer);
    try {
      return copy(await answer);
    } finally {
      this.underWay.delete(answer);
    }
  }

  private handlerOf(subject: string): RequestHandler | undefined {
    const [, handler] = [...this.handlers].find(([pattern]) => matchesSubject(pattern, subject)) ?? [];
    return this.handlers.get(subject) ?? handler;
  }

  /** Resolves once no handler runs any more, also of requests whose sender gave up waiting. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  hint(subject: string, payload: unknown): void {
    for (const { subject: pattern, handler } of [...this.hintHandlers]) {
      if (matchesSubject(pattern, subject)) queueMicrotask(() => handler(copy(payload), subject));
    }
  }

  onHint(subject: string, handler: HintHandler): () => void {
    const entry = { subject, handler };
    this.hintHandlers.add(entry);
    return () => void this.hintHandlers.delete(entry);
  }
}

const copy = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
