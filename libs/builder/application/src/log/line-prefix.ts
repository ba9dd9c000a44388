const NEWLINE = 10;
const LONGEST_LINE = 8_192;

/** Puts a word before every line of a stream of bytes, which leaves the bytes themselves as they are. */
export type LinePrefix = {
  write: (chunk: Uint8Array) => Promise<void>;
  /** Writes a last line that was not ended. */
  end: () => Promise<void>;
};

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
};

/** So that the consoles of two machines can be told apart in one log; lines appear whole. */
export const linePrefix = (word: string, write: (chunk: Uint8Array) => Promise<void>): LinePrefix => {
  const prefix = new TextEncoder().encode(`${word}| `);
  const newline = Uint8Array.of(NEWLINE);
  let rest: Uint8Array = new Uint8Array();

  const lineEnd = (bytes: Uint8Array): number => {
    const found = bytes.indexOf(NEWLINE);
    if (found >= 0) return found + 1;
    return bytes.length >= LONGEST_LINE ? LONGEST_LINE : -1;
  };
  const whole = (line: Uint8Array): Uint8Array =>
    line.at(-1) === NEWLINE ? concat([prefix, line]) : concat([prefix, line, newline]);

  return {
    write: async (chunk) => {
      rest = concat([rest, chunk]);
      const lines: Uint8Array[] = [];
      for (let end = lineEnd(rest); end > 0; end = lineEnd(rest)) {
        lines.push(whole(rest.subarray(0, end)));
        rest = rest.subarray(end);
      }
      if (lines.length > 0) await write(concat(lines));
    },
    end: async () => {
      const last = rest;
      rest = new Uint8Array();
      if (last.length > 0) await write(whole(last));
    },
  };
};
