import { open } from 'node:fs/promises';

/** Has a file's content, or a folder's names, on the disk before it resolves. */
export const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
};
