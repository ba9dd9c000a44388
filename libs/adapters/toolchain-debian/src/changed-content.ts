/** What apt got is not what the signed index says. */
export type ChangedContent = { address: string; expected: string; found: string };

const MISMATCH =
  /^E: Failed to fetch (\S+) +(?:Hash Sum mismatch|File has unexpected size \((\d+) != (\d+)\))/m;

const digestAfter = (heading: string, text: string): string | undefined =>
  new RegExp(`${heading}:(?:\\n +- .*)*?\\n +- (SHA256:[0-9a-f]{64})`).exec(text)?.[1];

/** The first file of other content than was promised, when that is why apt failed. */
export const changedContent = (output: string): ChangedContent | undefined => {
  const mismatch = MISMATCH.exec(output);
  if (mismatch === null) return undefined;
  const [, address = '', size, promised] = mismatch;
  const rest = output.slice(mismatch.index);
  const of = (heading: string, bytes: string | undefined): string =>
    (bytes === undefined ? digestAfter(heading, rest) : `${bytes} bytes`) ?? 'another digest';
  return { address, expected: of('expected file', promised), found: of('received file', size) };
};
