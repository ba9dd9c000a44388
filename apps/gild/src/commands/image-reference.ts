import { Fault } from '@gild/ports';

/** `IMAGE`, `IMAGE@VERSION` or `IMAGE:CHANNEL`; the version asked of the API is `latest` when none is named. */
export type ImageReference = { image: string; version: string };

const REFERENCE = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:(@|:)(.+))?$/;

/** Fault: INVALID_REQUEST when the text is none of the three. */
export const parseImageReference = (text: string): ImageReference => {
  const [, image, mark, rest = ''] = REFERENCE.exec(text) ?? [];
  if (image === undefined)
    throw new Fault('INVALID_REQUEST', `expected IMAGE, IMAGE@VERSION or IMAGE:CHANNEL, found "${text}"`);
  if (mark === undefined) return { image, version: 'latest' };
  return { image, version: mark === '@' ? rest : `:${rest}` };
};

/** A version that stays the same one, or a channel: no name for whichever is the newest. Fault: INVALID_REQUEST. */
export const parseNamedVersion = (text: string): ImageReference => {
  const { image, version } = parseImageReference(text);
  if (version !== 'latest' && !text.startsWith(`${image}@:`)) return { image, version };
  throw new Fault(
    'INVALID_REQUEST',
    `which version of ${image}? expected ${image}@VERSION or ${image}:CHANNEL, found "${text}"`,
  );
};
