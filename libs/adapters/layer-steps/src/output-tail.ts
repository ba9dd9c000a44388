import { Fault, type WorkContext } from '@gild/ports';

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

/** The list of every package of a distribution takes a tenth of it. */
const MOST_MIB = 64;

/**
 * Keeps all of an output that should be small, whatever the program is that prints it: it ends the run of one that goes on and
 * on. Fault: PACKAGE_FAILED.
 */
export const wholeOutput = (program: string) => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const add = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    if (bytes > MOST_MIB * 2 ** 20)
      throw new Fault(
        'PACKAGE_FAILED',
        `${program} printed more than ${MOST_MIB} MiB, where far less was expected, and was ended.`,
      );
    chunks.push(chunk);
  };
  return { add, text: () => Buffer.concat(chunks).toString() };
};

/** A line of our own in the log, for the person who follows the build. */
export const say = async (context: WorkContext, line: string): Promise<void> =>
  context.log(Buffer.from(`${line}\n`));

/** 1.5 MB, 12 MB, 340 MB. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
