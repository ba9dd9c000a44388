import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { ErrorReply } from '@gild/contracts';
import { type Refusal, refusalOf } from '@gild/service-edge';
import type { Response } from 'express';
import { refusal } from './http-refusal.js';
import { statusOf } from './status-codes.js';

/** Turns whatever a handler threw into the one error body of the API; what nobody foresaw is logged and leaks nothing. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy(error instanceof Error ? error : undefined);
      return;
    }
    const { status, body } = this.answer(error);
    response.status(status).json({ error: body });
  }

  private answer(error: unknown): { status: number; body: ErrorReply } {
    const refused = refusalOf(error);
    if (refused !== undefined) return { status: statusOf[refused.code], body: reply(refused) };
    const ofServer = refusal(error);
    if (ofServer !== undefined) return ofServer;
    this.logger.error(error instanceof Error ? error.stack : String(error));
    return { status: 500, body: { code: 'INTERNAL', message: 'the server failed; its log says why' } };
  }
}

const reply = ({ code, message, details }: Refusal): ErrorReply => ({
  code,
  message,
  ...(details === undefined ? {} : { details }),
});
