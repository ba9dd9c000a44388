import { hex, type NoteCrypto } from './signed-note.js';

const HEX_DIGITS = 32;

/**
 * The name of a log that nobody named, from the first key that signs it: no other log has that key, and every process that has it comes
 * to the same name without asking another one.
 */
export const originOf = (firstKey: Uint8Array, sha256: NoteCrypto['sha256']): string =>
  `gild/${hex(sha256(firstKey)).slice(0, HEX_DIGITS)}`;
