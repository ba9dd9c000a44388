import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Holds `repositories.py` and its modules. */
export const PROGRAM_FOLDER = fileURLToPath(new URL('../assets', import.meta.url));

/** Names what the program does: another one may choose other packages from the same indexes. */
export const programDigest = async (folder = PROGRAM_FOLDER): Promise<string> => {
  const hash = createHash('sha256');
  const modules = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  for (const name of modules)
    hash
      .update(`${name}\0`)
      .update(await readFile(join(folder, name)))
      .update('\0');
  return hash.digest('hex');
};
