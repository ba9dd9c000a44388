import { type ErrorCode, errorCodes, formatViolations, type Violation } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { EXIT, exitCodeOf, exitCodeOfHost } from './exit-codes.js';
import { printable } from './output/format.js';

type FaultText = { text: string; exitCode: number };

/** What a person reads when a command could not be done, safe for a terminal, and what the program exits with. */
export const faultText = (error: unknown): FaultText => {
  const { text, exitCode } = told(error);
  return { text: printable(text), exitCode };
};

const told = (error: unknown): FaultText => {
  if (!(error instanceof Error)) return { text: String(error), exitCode: EXIT.failed };
  const found = faultCode(error);
  if (found === undefined) return { text: error.stack ?? error.message, exitCode: EXIT.failed };
  const code = errorCodes.find((known): known is ErrorCode => known === found);
  if (code === undefined) return { text: error.message, exitCode: exitCodeOfHost[found] ?? EXIT.failed };
  return { text: withViolations(code, error), exitCode: exitCodeOf[code] };
};

const withViolations = (code: ErrorCode, error: Error): string => {
  const { violations } = ('details' in error ? (error.details ?? {}) : {}) as { violations?: Violation[] };
  if (code !== 'INVALID_DOCUMENT' || violations === undefined) return error.message;
  const what = error.message.startsWith('the policy') ? 'policy' : 'definition';
  return `the ${what} is not valid\n${formatViolations(violations)}`;
};
