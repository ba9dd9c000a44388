import { Fault } from '@gild/ports';
import { publicKeyIn, textOf } from '../audit/audit-files.js';
import { openedWith } from '../provenance/known-provenance.js';
import { checksumOf, isFile, judgeBytes, originText, type Verification } from './verification.js';

/** Where an envelope is looked for beside its image file. */
export const provenanceFileOf = (file: string): string => `${file}.provenance.json`;

export type Brought = { key: string; provenance: string | undefined };

/**
 * Judges an image file by its provenance and one public key: no farm is asked or started. Fault: INVALID_REQUEST when one of the files cannot be
 * read.
 */
export const verifyOffline = async (
  file: string,
  { key, provenance = provenanceFileOf(file) }: Brought,
  signal: AbortSignal,
): Promise<Verification> => {
  const publicKey = await publicKeyIn(key);
  if (!(await isFile(file)))
    throw new Fault('INVALID_REQUEST', `expected an image file, found none at ${file}; --key judges files`);
  const envelope = await envelopeIn(provenance);
  const checksum = await checksumOf(file, signal);
  const judged = judgeBytes(checksum, openedWith(envelope, publicKey));
  if (!judged.ok)
    return { subject: file, verified: false, checksum, message: `${file} is not verified: ${judged.reason}` };
  const { image_name: image, version, arch } = judged.facts;
  const message = `${file} is ${image}@${version} for ${arch}, every byte as signed; ${originText(judged.facts)}`;
  return { subject: file, verified: true, checksum, message, provenance: [judged.facts] };
};

const envelopeIn = async (file: string): Promise<unknown> => {
  if (!(await isFile(file)))
    throw new Fault(
      'INVALID_REQUEST',
      `expected the provenance in ${file}, found no file; gild export --provenance writes it beside the image, gild provenance IMAGE -o FILE alone, and --provenance names another one`,
    );
  try {
    return JSON.parse(await textOf(file)) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // no envelope, as anything else that is none
    throw error;
  }
};
