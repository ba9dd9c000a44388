export { type Checkpoint, checkpointText, openCheckpoint, parseCheckpoint } from './checkpoint.js';
export { judgeProof, type ProofVerdict } from './event-proof.js';
export { keptHeadProblem, type KeptHead, otherLog } from './kept-head.js';
export { leafHash, type ProvenEvent } from './leaf.js';
export { originOf } from './log-origin.js';
export {
  consistencyRanges,
  inclusionRanges,
  isConsistent,
  type LeafRange,
  rootOfInclusion,
  splitOf,
  type TreeHead,
} from './merkle-proof.js';
export { type BuildRecord, courseOf, RecordedInputs } from './provenance/build-record.js';
export { envelopeKeyId, openEnvelope, preAuthEncoding, sealedEnvelope } from './provenance/dsse.js';
export {
  type FileVerdict,
  judgeFile,
  type OpenedProvenance,
  openProvenance,
} from './provenance/judge-provenance.js';
export { provenanceStatement } from './provenance/provenance-statement.js';
export { BUILD_TYPE, IN_TOTO_TYPE, ProvenanceStatement } from './provenance/statement.js';
export { type Signing, versionProvenance } from './provenance/version-provenance.js';
export { publicKeyOfPem, publicKeyPem } from './public-key.js';
export { type Rotation, rotationMessage, rotationProblem } from './rotation.js';
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
export {
  believesLess,
  type SigningKeyCommand,
  type SigningKeyRejection,
  signingKeys,
} from './signing-keys.js';
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
