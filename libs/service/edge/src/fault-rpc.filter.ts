import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { type ErrorCode, errorCodes } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { type Observable, throwError } from 'rxjs';

/** Sends a refusal as `{code, message, details, retryable}`; what nobody foresaw is logged here and sent as INTERNAL. */
@Catch()
export class FaultRpcFilter implements RpcExceptionFilter {
  private readonly logger = new Logger('requests');

  catch(error: unknown): Observable<never> {
    const code = faultCode(error) as ErrorCode | undefined;
    if (code !== undefined && errorCodes.includes(code) && error instanceof Error) {
      const { details, retryable } = error as Error & { details?: unknown; retryable?: boolean };
      return throwError(() => ({ code, message: error.message, details, retryable }));
    }
    this.logger.error(error instanceof Error ? error.stack : String(error));
    const message = error instanceof Error ? error.message : 'the service failed; its log says why';
    return throwError(() => ({ code: 'INTERNAL', message, retryable: false }));
  }
}
