import { Ulid } from '@gild/contracts';
import { systemClock } from '@gild/node-runtime';
import { currentCall, noteInCall, subjectKind } from '@gild/operations';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { type Observable, tap } from 'rxjs';
import { refusalOf } from '../refusal-of.js';
import type { Watched } from './watched-ports.js';

/** Measures requests that come over NATS, shows them in traces and the log, and notes which build and agent they are about. */
export class ObservedRequests implements NestInterceptor {
  readonly #watched: Omit<Watched, 'readiness'>;

  constructor(watched: Omit<Watched, 'readiness'>) {
    this.#watched = watched;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { meter, tracing, logger } = this.#watched;
    const rpc = context.switchToRpc();
    const subject = subjectKind(rpc.getContext<NatsContext>().getSubject());
    noteInCall(namedIn(rpc.getData()));
    const begun = systemClock.monotonicMs();
    const span = tracing.begin({ name: subject, kind: 'server', parent: currentCall()?.trace });
    noteInCall({ trace: span.trace });
    const observe = (outcome: string, error?: unknown): void => {
      const seconds = (systemClock.monotonicMs() - begun) / 1000;
      meter.observe('gild_requests_served_seconds', { subject, outcome }, seconds);
      span.end({ error, attributes: { 'gild.outcome': outcome } });
      logger[levelOf(subject)]({ subject, outcome, seconds }, 'answered');
    };
    return next.handle().pipe(
      tap({
        next: (answer) => noteInCall(namedIn(answer)),
        complete: () => observe('ok'),
        error: (error: unknown) => observe(refusalOf(error)?.code ?? 'INTERNAL', error),
      }),
    );
  }
}

/** What changes something is worth a line; agents ask for news all the time. */
const levelOf = (subject: string): 'info' | 'debug' => (subject.startsWith('gild.cmd.') ? 'info' : 'debug');

/** The build and the agent that a request names, if it does so soundly. */
const namedIn = (payload: unknown): { jobId?: string; agentId?: string } => {
  if (typeof payload !== 'object' || payload === null) return {};
  const { jobId, agent } = payload as { jobId?: unknown; agent?: { agentId?: unknown } };
  const agentId = agent?.agentId;
  return {
    ...(Ulid.safeParse(jobId).success && { jobId: jobId as string }),
    ...(typeof agentId === 'string' && { agentId }),
  };
};
