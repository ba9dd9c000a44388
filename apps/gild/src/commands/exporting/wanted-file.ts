import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '@gild/ports';

/** The absolute path of a file to write. Fault: INVALID_REQUEST when it exists and may not be replaced. */
export const wantedFile = async (output: string, force: boolean): Promise<string> => {
  const path = resolve(output);
  if (force || !(await exists(path))) return path;
  throw new Fault('INVALID_REQUEST', `${path} exists; choose another file or pass --force`);
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
