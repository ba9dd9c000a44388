import { createHash } from 'node:crypto';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Everything a source gives, as one text. */
export const textOf = async (source: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of source) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};

export const listOf = async (source: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const one of source) all.push(one);
  return all;
};

/** Pieces one after the other, each in a turn of its own. */
export async function* arriving(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(bytes(text));
}
