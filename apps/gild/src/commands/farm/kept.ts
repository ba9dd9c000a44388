import { open } from 'node:fs/promises';

/** Writes a new file for its owner alone, and has it on the disk; one that is there stays, and the call fails. */
export const kept = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  await file
    .writeFile(text)
    .then(() => file.sync())
    .finally(() => file.close());
};
