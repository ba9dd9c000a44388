import { objectKeys } from '@gild/contracts';
import {
  type Checkpoint,
  checkpointText,
  edgeRoot,
  keyIdOf,
  signedNote,
  TILE_WIDTH,
  type TreeEdge,
} from '@gild/proof-domain';
import type { Signer } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { putTile } from '../proof-objects.js';
import { keyIdText, requireSigner, type Proving } from '../signing.js';

/** Stores the partial tiles of the tree and then its signed checkpoint: who finds a checkpoint finds its tiles. */
export const signHistory = async (edge: TreeEdge, deps: ProofDeps, proving: Proving): Promise<void> => {
  const signer = requireSigner(deps);
  for (const [level, hashes] of edge.levels.entries()) {
    const index = Math.floor(edge.size / TILE_WIDTH ** (level + 1));
    if (hashes.length > 0) await putTile(deps.objects, { level, index, hashes });
  }
  await putCheckpoint({ size: edge.size, root: edgeRoot(edge, proving.hashes) }, signer, {
    objects: deps.objects,
    proving,
  });
};

const putCheckpoint = async (
  { size, root }: Omit<Checkpoint, 'origin'>,
  signer: Signer,
  { objects, proving }: Pick<ProofDeps, 'objects'> & { proving: Proving },
): Promise<void> => {
  const text = checkpointText({ origin: signer.name, size, root });
  const signature = await signer.sign(new TextEncoder().encode(text));
  const note = signedNote(
    text,
    { name: signer.name, keyId: keyIdOf(signer, proving.crypto.sha256) },
    signature,
  );
  const key = objectKeys.checkpoint(size, keyIdText(signer, proving));
  await objects.put(key, new TextEncoder().encode(note));
};
