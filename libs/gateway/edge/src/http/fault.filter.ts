import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type ErrorCode, type ErrorReply, errorCodes } from '@gild/contracts';
import { faultCode } from '@gild/ports';
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
    const code = errorCodes.find((known) => known === faultCode(error));
    if (code !== undefined && error instanceof Error)
      return { status: statusOf[code], body: reply(code, error) };
    const refused = refusal(error);
    if (refused !== undefined) return refused;
    this.logger.error(error instanceof Error ? error.stack : String(error));
    return { status: 500, body: { code: 'INTERNAL', message: 'the server failed; its log says why' } };
  }
}

const reply = (code: ErrorCode, error: Error): ErrorReply => {
  const details = 'details' in error ? error.details : undefined;
  return { code, message: error.message, ...(details === undefined ? {} : { details }) };
};
