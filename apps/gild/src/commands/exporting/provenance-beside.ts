import type { IncomingMessage } from 'node:http';
import { Fault } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { fetchedProvenance, type NamedImage, openedByFarm } from '../provenance/known-provenance.js';
import { judgeBytes } from '../verifying/verification.js';
import { writtenDocument } from './written-document.js';

/** The signed provenance of a disk that is written to a file beside it. */
export type ProvenanceBeside = {
  path: string;
  /** Fault: ARTIFACT_DAMAGED when it is not about those bytes. */
  requireAbout: (checksum: string) => Promise<void>;
  write: () => Promise<unknown>;
};

/** Asked for before the disk, so that without provenance nothing is written. Fault: NOT_SIGNED. */
export const provenanceBeside = async (
  path: string,
  named: NamedImage,
  client: HttpClient,
): Promise<ProvenanceBeside> => {
  const envelope = await fetchedProvenance(named, client);
  return {
    path,
    requireAbout: async (checksum) => {
      const judged = judgeBytes(checksum, await openedByFarm(envelope, client));
      if (judged.ok) return;
      const message = `the provenance of ${named.image} is not that of the disk: ${judged.reason}. Nothing was written; name the version with @, and if it stays so, ask gild audit verify`;
      throw new Fault('ARTIFACT_DAMAGED', message);
    },
    write: () => writtenDocument(path, envelope),
  };
};

/** Provenance is of the bytes that were published, so a disk that is to be converted has none. Fault: INVALID_REQUEST. */
export const refuseConverted = (beside: ProvenanceBeside | undefined, response: IncomingMessage): void => {
  if (beside === undefined) return;
  response.destroy();
  throw new Fault(
    'INVALID_REQUEST',
    '--provenance: the disk would be converted, and what is signed is the disk as published; leave out --format',
  );
};
