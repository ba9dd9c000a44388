import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { faultCode } from '@gild/ports';
import { type Observable, throwError } from 'rxjs';
import { refusalOf } from './refusal-of.js';

/**
 * Sends a refusal as `{code, message, details, retryable}`. What nobody foresaw is logged here and sent as INTERNAL: a
 * fault's message is written for people and goes along, that of another error may tell too much and does not.
 */
@Catch()
export class FaultRpcFilter implements RpcExceptionFilter {
  private readonly logger = new Logger('requests');

  catch(error: unknown): Observable<never> {
    const refusal = refusalOf(error);
    if (refusal !== undefined) {
      const { code, message, details, retryable } = refusal;
      return throwError(() => ({ code, message, details, retryable }));
    }
    this.logger.error(error instanceof Error ? error.stack : String(error));
    const isFault = error instanceof Error && faultCode(error) !== undefined;
    const message = isFault ? error.message : 'the service failed; its log says why';
    return throwError(() => ({ code: 'INTERNAL', message, retryable: false }));
  }
}
