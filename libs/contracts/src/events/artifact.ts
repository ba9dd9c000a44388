import { z } from 'zod';

/** A blob in the object store, named by what it holds. Sizes are bytes. */
export const StoredObject = z.object({
  key: z.string(),
  sha256: z.hash('sha256'),
  sizeBytes: z.int().min(0),
});
export type StoredObject = z.infer<typeof StoredObject>;

/** A layer an image was made of, packed: which step made it, under which key, and where its bytes are. */
export const ArtifactLayer = z.object({ step: z.string(), key: z.string(), object: StoredObject });
export type ArtifactLayer = z.infer<typeof ArtifactLayer>;

/** A finished disk: where its bytes are, and the digest of the root file system inside. */
export const Artifact = z.object({
  object: StoredObject,
  arch: z.string(),
  format: z.enum(['qcow2', 'raw', 'vmdk']),
  virtualSizeBytes: z.int().min(0),
  rootfsSha256: z.hash('sha256'),
  /** Package list as JSON: `InstalledPackage[]`. */
  packages: StoredObject,
  /** What was really installed, by taskserv. */
  taskservVersions: z.record(z.string(), z.string()),
  /** The layers of its root file system, lowest first. Absent: made by a release that did not store them. */
  layers: z.array(ArtifactLayer).optional(),
  /** What is installed, as the image's own package database says it; what is built on the image is resolved on it. */
  packageState: StoredObject.optional(),
});
export type Artifact = z.infer<typeof Artifact>;

/**
 * The whole log of an attempt: `chunks` objects named by `objectKeys.logChunk`, numbered from 1. `sha256` is taken over
 * the digests of the chunks, each followed by a newline.
 */
export const LogRecord = z.object({
  chunks: z.int().min(0),
  sizeBytes: z.int().min(0),
  sha256: z.hash('sha256'),
  truncated: z.boolean(),
});
export type LogRecord = z.infer<typeof LogRecord>;

const LOGS = 'logs/';
const PROOF = 'proof/';
const CHECKPOINTS = `${PROOF}checkpoint/`;

/** Object keys. No other place in the code spells one. */
export const objectKeys = {
  artifact: (sha256: string, suffix: string) => `images/${sha256}${suffix}`,
  packages: (sha256: string) => `packages/${sha256}.json`,
  layer: (sha256: string) => `layers/${sha256}`,
  packageState: (sha256: string) => `package-states/${sha256}`,
  inputs: (sha256: string) => `inputs/${sha256}.json`,
  provenance: (sha256: string) => `provenance/${sha256}.json`,
  logChunk: (jobId: string, attempt: number, chunk: number) =>
    `${LOGS}${jobId}/${String(attempt)}/${String(chunk).padStart(6, '0')}`,
  /** What the keys of all log chunks begin with. */
  logs: () => LOGS,
  /** What the keys of tiles and checkpoints begin with. */
  proof: () => PROOF,
  /** `path`: of a tile (C2SP tlog-tiles). */
  proofTile: (path: string) => `${PROOF}${path}`,
  /** Where in the log a notary that starts again goes on, for each full tile of leaves. */
  proofPlace: (tile: number) => `${PROOF}place/${String(tile).padStart(12, '0')}`,
  /** They sort by the size of the log; `keyId` says in hex whose signature it has. */
  checkpoint: (size: number, keyId: string) => `${CHECKPOINTS}${String(size).padStart(20, '0')}.${keyId}`,
  checkpoints: () => CHECKPOINTS,
} as const;

/** The job whose log a chunk is of; undefined of another key. */
export const jobOfLogChunk = (key: string): string | undefined =>
  key.startsWith(LOGS) ? key.slice(LOGS.length).split('/')[0] : undefined;

/** How the name of a stored disk ends: what tells a stream of a raw disk from the disk itself. */
export const objectSuffix = (path: string): string => /\.raw\.zst$|\.[a-z0-9]+$/.exec(path)?.[0] ?? '';
