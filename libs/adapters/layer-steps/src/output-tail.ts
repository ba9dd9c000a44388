import type { WorkContext } from '@gild/ports';

const REMEMBERED = 64_000;

/** Passes output on to the log and remembers its end, for messages. */
export const outputTail = (log: WorkContext['log']) => {
  const decoder = new TextDecoder();
  let text = '';
  const add = (chunk: Uint8Array) => {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-REMEMBERED);
    return log(chunk);
  };
  return { add, text: () => text };
};

/** Keeps all of an output that is known to be small. */
export const wholeOutput = () => {
  const chunks: Uint8Array[] = [];
  return {
    add: (chunk: Uint8Array) => void chunks.push(chunk),
    text: () => Buffer.concat(chunks).toString(),
  };
};

/** A line of our own in the log, for the person who follows the build. */
export const say = async (context: WorkContext, line: string): Promise<void> =>
  context.log(Buffer.from(`${line}\n`));

/** 1.5 MB, 12 MB, 340 MB. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
