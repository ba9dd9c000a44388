const LONGEST_QUOTE = 60;

const counted = (count: number, unit: string): string => `${String(count)} ${unit}${count === 1 ? '' : 's'}`;

/** Private keys end up in definitions by accident; no message may carry one on. */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

const textFound = (text: string): string => {
  if (text === '') return 'an empty text';
  if (PRIVATE_KEY.test(text)) return 'a private key';
  return text.length > LONGEST_QUOTE
    ? `a text of ${counted(text.length, 'character')}`
    : JSON.stringify(text);
};

/** What stands in a document, as a message names it. Long texts and containers are only counted, never quoted. */
export const foundText = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return textFound(value);
  if (Array.isArray(value)) return `a list of ${counted(value.length, 'entry').replace('entrys', 'entries')}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};
