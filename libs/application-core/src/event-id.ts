import type { Sha256 } from '@gild/ports';

/**
 * The id of the n-th event of a command: a UUID (RFC 9562 version 8, custom) made from sha256 of the command's id, so
 * that a repeated command makes the same events.
 */
export const eventId = (sha256: Sha256, commandId: string, index: number): string => {
  const hex = sha256(`${commandId}#${index}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};
