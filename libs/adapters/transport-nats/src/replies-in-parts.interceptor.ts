import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { mergeMap, type Observable } from 'rxjs';
import { inParts } from './reply-parts.js';

/** Sends what is too large for one NATS message in several; `natsMessenger` puts them together again. */
export class RepliesInParts implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(mergeMap((answer) => inParts(answer)));
  }
}
