/** The system's own name of a failure, such as ENOSPC; empty where there is none. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const SAYS_FULL = /No space left on device|Disk quota exceeded/;

/** Whether a call to the file system failed for want of room. */
export const isNoSpace = (error: unknown): boolean => FULL.has(systemCode(error));

/** Whether a program printed, in the C library's words, that it found no room. */
export const saysNoSpace = (printed: string): boolean => SAYS_FULL.test(printed);
