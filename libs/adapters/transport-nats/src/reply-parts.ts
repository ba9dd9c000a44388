/**
 * Length of a part, in UTF-16 code units of JSON text. Quoted once more and in UTF-8 each takes at most three bytes, so
 * that a part stays well below 1 MiB, the `max_payload` of a NATS server that nobody configured.
 */
export const PART_LENGTH = 200_000;

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

  /** Takes the next message; tells the whole answer once nothing of it is missing. */
  take(response: unknown): { answer: unknown } | undefined {
    if (!isPart(response)) return { answer: response };
    this.#pieces.push(response.gildReplyPart);
    return this.#pieces.length < response.of
      ? undefined
      : { answer: JSON.parse(this.#pieces.join('')) as unknown };
  }
}

const isPart = (response: unknown): response is ReplyPart =>
  typeof response === 'object' && response !== null && 'gildReplyPart' in response;
