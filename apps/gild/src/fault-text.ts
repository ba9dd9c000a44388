import { type ErrorCode, errorCodes, formatViolations, type Violation } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { printable } from './output/format.js';

type FaultText = { text: string; exitCode: number };

/** What a person reads when a command could not be done, safe for a terminal, and what the program exits with. */
export const faultText = (error: unknown): FaultText => {
  const { text, exitCode } = told(error);
  return { text: printable(text), exitCode };
};

const told = (error: unknown): FaultText => {
  const code = errorCodes.find((known): known is ErrorCode => known === faultCode(error));
  if (!(error instanceof Error)) return { text: String(error), exitCode: EXIT.failed };
  if (code === undefined) {
    const text = faultCode(error) === undefined ? (error.stack ?? error.message) : error.message;
    return { text, exitCode: EXIT.failed };
  }
  return { text: withViolations(code, error), exitCode: exitCodeOf[code] };
};

const withViolations = (code: ErrorCode, error: Error): string => {
  const { violations } = ('details' in error ? (error.details ?? {}) : {}) as { violations?: Violation[] };
  return code === 'INVALID_DOCUMENT' && violations !== undefined
    ? `the definition is not valid\n${formatViolations(violations)}`
    : error.message;
};
