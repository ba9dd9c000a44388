import { readFile, writeFile } from 'node:fs/promises';
import { publicKeyOfPem } from '@gild/proof-domain';
import { Fault } from '@gild/ports';
import { settle, withPartialFiles } from '../exporting/partial-file.js';

/** The text of a file that an option names. Fault: INVALID_REQUEST. */
export const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('INVALID_REQUEST', `cannot read ${file}: ${reason}`, { cause });
  }
};

/** The public key in a PEM file. Fault: INVALID_REQUEST. */
export const publicKeyIn = async (file: string): Promise<Uint8Array> => {
  const key = publicKeyOfPem(await textOf(file));
  if (key !== undefined) return key;
  throw new Fault(
    'INVALID_REQUEST',
    `expected an Ed25519 public key in PEM in ${file}, as gild audit key prints it`,
  );
};

/** Writes a file that is whole or not there. Fault: INVALID_REQUEST. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  try {
    await withPartialFiles(file, async (next) => {
      const partial = next();
      await writeFile(partial, text);
      await settle(partial, file);
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('INVALID_REQUEST', `cannot write ${file}: ${reason}`, { cause });
  }
};
