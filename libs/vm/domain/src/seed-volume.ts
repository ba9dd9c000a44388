import { fatVolume } from './fat-volume.js';
import { seedDocuments, type VmIdentity } from './seed-documents.js';

/** The name by which cloud-init knows a seed. */
const LABEL = 'CIDATA';

/** A disk that tells a machine who it is; undefined where there is more to tell than it holds. */
export const seedVolume = (identity: VmIdentity): Uint8Array | undefined =>
  fatVolume(LABEL, seedDocuments(identity));
