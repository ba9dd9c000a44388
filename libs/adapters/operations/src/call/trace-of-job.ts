import type { TraceContext } from './trace-context.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const SPAN_DIGITS = 16;

/**
 * The place of a build in its own trace: the trace id is the job id in hexadecimal (the same 128 bits), the span id its
 * last half. So every process that works on a build knows its trace, whatever was restarted meanwhile, and whoever has
 * the job id finds it. Undefined for what is no ULID.
 */
export const traceOfJob = (jobId: string): TraceContext | undefined => {
  if (!ULID.test(jobId)) return undefined;
  const bits = [...jobId].reduce((sum, digit) => sum * 32n + BigInt(ALPHABET.indexOf(digit)), 0n);
  const traceId = bits.toString(16).padStart(32, '0');
  return { traceId, spanId: traceId.slice(-SPAN_DIGITS), sampled: true };
};
