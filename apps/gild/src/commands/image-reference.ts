import { Fault } from '@gild/ports';

/** `IMAGE`, `IMAGE@VERSION` or `IMAGE:CHANNEL`; the version asked of the API is `latest` when none is named. */
export type ImageReference = { image: string; version: string };

/** Fault: INVALID_REQUEST when the text is none of the three. */
export const parseImageReference = (text: string): ImageReference => {
  const [, image, , mark, rest] = /^([A-Za-z0-9][A-Za-z0-9._-]*)(([@:])(.+))?$/.exec(text) ?? [];
  if (image === undefined) {
    throw new Fault('INVALID_REQUEST', `expected IMAGE, IMAGE@VERSION or IMAGE:CHANNEL, found "${text}"`);
  }
  if (mark === undefined) return { image, version: 'latest' };
  return { image, version: mark === '@' ? (rest ?? '') : `:${rest ?? ''}` };
};
