import { Fault } from '@gild/ports';

/**
 * Length of a part, in UTF-16 code units of JSON text. Quoted once more and in UTF-8 each takes at most three bytes, so
 * that a part stays well below 1 MiB, the `max_payload` of a NATS server that nobody configured.
 */
export const PART_LENGTH = 200_000;

/** Of a whole answer in parts, in UTF-16 code units of JSON text: who answers may be an agent, which is not trusted. */
export const LONGEST_REPLY = 64 * 2 ** 20;

/** One of several messages that make up a reply: a piece of its JSON text, and how many pieces there are. */
export type ReplyPart = { gildReplyPart: string; of: number };

/** What to send for an answer: itself where it fits into one message, else its parts in order. */
export const inParts = (answer: unknown): unknown[] => {
  const text = JSON.stringify(answer) as string | undefined; // of undefined, nothing
  if (text === undefined || text.length <= PART_LENGTH) return [answer];
  const of = Math.ceil(text.length / PART_LENGTH);
  return Array.from({ length: of }, (_, index): ReplyPart => {
    const start = index * PART_LENGTH;
    return { gildReplyPart: text.slice(start, start + PART_LENGTH), of };
  });
};

/** Puts a reply together from messages that arrive in the order they were sent. */
export class ReplyInParts {
  readonly #pieces: string[] = [];
  #length = 0;
  #of: number | undefined;

  /**
   * Takes the next message; tells the whole answer once nothing of it is missing. Fault: INTERNAL for parts that are none, do
   * not agree, or are too much.
   */
  take(response: unknown): { answer: unknown } | undefined {
    if (!isInParts(response)) return { answer: response };
    const { gildReplyPart: piece, of } = checked(response);
    this.#of ??= of;
    if (of !== this.#of) throw broken(`${this.#of} parts, as its first says`, `${of}`);
    this.#length += piece.length;
    if (this.#length > LONGEST_REPLY) throw broken(`${LONGEST_REPLY} characters at most`, 'more');
    this.#pieces.push(piece);
    return this.#pieces.length < of ? undefined : { answer: JSON.parse(this.#pieces.join('')) as unknown };
  }
}

const isInParts = (response: unknown): response is { gildReplyPart: unknown; of?: unknown } =>
  typeof response === 'object' && response !== null && 'gildReplyPart' in response;

const checked = ({ gildReplyPart, of }: { gildReplyPart: unknown; of?: unknown }): ReplyPart => {
  if (typeof gildReplyPart !== 'string' || gildReplyPart === '')
    throw broken('text in every part', gildReplyPart === '' ? 'none' : typeof gildReplyPart);
  if (typeof of !== 'number' || !Number.isSafeInteger(of) || of < 1)
    throw broken('a number of parts from 1', typeof of === 'number' ? `${of}` : typeof of);
  return { gildReplyPart, of };
};

const broken = (expected: string, found: string): Fault =>
  new Fault('INTERNAL', `an answer in parts is broken: expected ${expected}, found ${found}`);
