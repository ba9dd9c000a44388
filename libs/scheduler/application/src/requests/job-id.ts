import type { Sha256 } from '@gild/ports';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
/** A request whose id says nothing about its time gives a job whose id says nothing either. */
const NO_TIME = '0'.repeat(TIME_DIGITS);

/**
 * The id of the job a request asks for: the same request always gives the same job, on any scheduler and after any
 * crash. It has the time of the request's id when that is a ULID. A request for several architectures asks for several
 * jobs, counted from 1.
 */
export const jobIdOf = (requestId: string, sha256: Sha256, ordinal = 1): string => {
  const time = ULID.test(requestId) ? requestId.slice(0, TIME_DIGITS) : NO_TIME;
  const groups =
    sha256(`job ${ordinal === 1 ? '' : `${String(ordinal)} `}of ${requestId}`)
      .slice(0, 20)
      .match(/.{5}/g) ?? [];
  return time + groups.map((hex) => base32(Number.parseInt(hex, 16))).join('');
};

/** Twenty bits in four digits. */
const base32 = (value: number): string =>
  [15, 10, 5, 0].map((shift) => CROCKFORD.charAt((value >> shift) & 31)).join('');
