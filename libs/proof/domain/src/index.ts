export { type Checkpoint, checkpointText, openCheckpoint, parseCheckpoint } from './checkpoint.js';
export { judgeProof, type ProofVerdict } from './event-proof.js';
export { keptHeadProblem, type KeptHead } from './kept-head.js';
export { leafHash, type ProvenEvent } from './leaf.js';
export {
  consistencyRanges,
  inclusionRanges,
  isConsistent,
  type LeafRange,
  rootOfInclusion,
  splitOf,
  type TreeHead,
} from './merkle-proof.js';
export { publicKeyOfPem, publicKeyPem } from './public-key.js';
export {
  base64,
  hex,
  isKeyName,
  keyIdOf,
  type NoteCrypto,
  type NoteKey,
  openNote,
  signedNote,
} from './signed-note.js';
export { signingKeys } from './signing-keys.js';
export {
  decodeTile,
  encodeTile,
  hashesAtLevel,
  partialTiles,
  TILE_WIDTH,
  type TileAt,
  tilePath,
} from './tiles.js';
export { EMPTY_EDGE, edgeRoot, extendEdge, type FullTile, perfectRoot, type TreeEdge } from './tree-edge.js';
export { type Hash, sameBytes, treeHashes, type TreeHashes } from './tree-hashes.js';
