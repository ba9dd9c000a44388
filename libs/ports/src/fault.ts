/**
 * Something outside did not do what it was asked: a tool, a disk, a server. Thrown by adapters only.
 * `code` is the identity (never the text, never `instanceof`); the message says what was expected, what was
 * found and what to do; `retryable` says whether the same call may succeed later without anybody changing anything.
 */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;
  /** Facts behind the message, as JSON: violations, available versions, … */
  readonly details: unknown;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; retryable?: boolean; details?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details;
  }
}

/** The code of a fault, or undefined when the value is not one (also across copies of this module). */
export const faultCode = (error: unknown): string | undefined =>
  error instanceof Error && error.name === 'Fault' && 'code' in error ? String(error.code) : undefined;
