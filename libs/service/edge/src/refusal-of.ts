import { type ErrorCode, errorCodes } from '@gild/contracts';
import { Fault, faultCode } from '@gild/ports';

/** A fault with a code that every edge has an answer for. */
export type Refusal = Error & { code: ErrorCode; details?: unknown; retryable?: boolean };

/**
 * How a request is refused that ended with the error: a store that is away, locked or full for a while is UNAVAILABLE,
 * in its own words. Undefined when nobody foresaw the error.
 */
export const refusalOf = (error: unknown): Refusal | undefined => {
  if (isRefusal(error)) return error;
  if (!isPassingStoreFault(error)) return undefined;
  const { message, details } = error;
  return new Fault('UNAVAILABLE', message, { cause: error, details, retryable: true }) as Refusal;
};

const isRefusal = (error: unknown): error is Refusal =>
  errorCodes.some((known) => known === faultCode(error));

const isPassingStoreFault = (error: unknown): error is Fault =>
  (faultCode(error)?.startsWith('STORE_') ?? false) && (error as Fault).retryable;
