import { writeFile } from 'node:fs/promises';
import { bytes } from '../../output/format.js';
import { exportFault } from './export-faults.js';
import { settle, withPartialFiles } from './partial-file.js';

export type Written = { path: string; size_bytes: number };

/** Writes a document. A file beside the wanted one, fsync, rename: it is whole or absent. */
export const writtenDocument = (path: string, document: unknown): Promise<Written> => {
  const text = documentText(document);
  return withPartialFiles(path, async (next) => {
    const partial = next();
    await writeFile(partial, text);
    await settle(partial, path);
    return { path, size_bytes: Buffer.byteLength(text) };
  }).catch((error: unknown) => {
    throw exportFault(error, path);
  });
};

export const documentText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

export const writtenText = ({ path, size_bytes: size }: Written): string => `${path}: ${bytes(size)}\n`;
