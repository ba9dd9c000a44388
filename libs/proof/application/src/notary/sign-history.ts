import { objectKeys } from '@gild/contracts';
import { checkpointText, edgeRoot, keyIdOf, signedNote, TILE_WIDTH, type TreeEdge } from '@gild/proof-domain';
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
  const text = checkpointText({
    origin: signer.name,
    size: edge.size,
    root: edgeRoot(edge, proving.hashes),
  });
  const signature = await signer.sign(new TextEncoder().encode(text));
  const note = signedNote(
    text,
    { name: signer.name, keyId: keyIdOf(signer, proving.crypto.sha256) },
    signature,
  );
  const key = objectKeys.checkpoint(edge.size, keyIdText(signer, proving));
  await deps.objects.put(key, new TextEncoder().encode(note));
};
