import { HttpException } from '@nestjs/common';
import type { ErrorCode, ErrorReply } from '@gild/contracts';

/** What NestJS and the parser of bodies refuse with, as the API says it; undefined when nobody meant to refuse. */
export const refusal = (error: unknown): { status: number; body: ErrorReply } | undefined => {
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return { status, body: { code: codeOf(status), message: error.message, ...facts(error.getResponse()) } };
  }
  const status = statusOfParser(error);
  if (status === undefined) return undefined;
  const message = status === TOO_LARGE ? tooLarge(error) : (error as Error).message;
  return { status, body: { code: 'INVALID_REQUEST', message } };
};

const TOO_LARGE = 413;

const codeOf = (status: number): ErrorCode => {
  if (status === 401 || status === 403) return 'FORBIDDEN_BY_POLICY';
  if (status === 503) return 'UNAVAILABLE';
  return status < 500 ? 'INVALID_REQUEST' : 'INTERNAL';
};

/** What an exception was given to say, beyond the message that NestJS makes of it. */
const facts = (response: object | string): { details?: object } =>
  typeof response === 'string' || 'statusCode' in response ? {} : { details: response };

/** body-parser throws errors of http-errors: `expose` says that the client may read them. */
const statusOfParser = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return undefined;
  return error.expose === true && typeof error.status === 'number' ? error.status : undefined;
};

const tooLarge = (error: unknown): string => {
  const { limit, length } = error as { limit?: number; length?: number };
  return `the body of a request may have ${limit ?? 'some'} bytes, found ${length ?? 'more'}`;
};
