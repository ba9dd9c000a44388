import type {
  Clock,
  EventStore,
  Ids,
  ObjectStore,
  Sha256,
  Sha256OfBytes,
  Signer,
  VerifySignature,
} from '@gild/ports';

/** Makes keys for a farm that keeps its own. */
export type KeyRotation = {
  /** The key that comes next: made now, unless one waits already. It is not in use. */
  next: () => Promise<Signer>;
  /** Takes the next key into use, and keeps the one before no longer. */
  take: () => Promise<void>;
};

/** What the proof of the history needs from outside. */
export type ProofDeps = {
  store: EventStore;
  objects: ObjectStore;
  clock: Clock;
  ids: Ids;
  sha256: Sha256;
  sha256OfBytes: Sha256OfBytes;
  verifySignature: VerifySignature;
  /** Absent where nothing is signed, and so nothing can be proven. Read again each time: a rotation makes it another one. */
  readonly signer: Signer | undefined;
  /** Absent where keys are files of the operator. */
  rotation?: KeyRotation;
  /** Names the stream of the keys. */
  registryId: string;
  /** Told about every failure that will be tried again, and that the history was signed with other keys only. */
  report: (error: unknown) => void;
  /** Told once when the history is not the signed one, so that nothing more of it is signed. */
  refused: (error: unknown) => void;
};
