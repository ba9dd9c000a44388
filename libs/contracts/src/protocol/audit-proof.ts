import { z } from 'zod';

const Base64 = z.base64();

/** The key the history is signed with. */
export const AuditKey = z.object({
  name: z.string(),
  key_id: z.string(),
  /** PEM. */
  public_key: z.string(),
});
export type AuditKey = z.infer<typeof AuditKey>;

/** A key that the history or provenance was ever signed with. */
export const RecordedKey = AuditKey.extend({
  introduced_at: z.string(),
  /** Of a key that another one vouches for: the base64 signature of that over this (`SigningKeyRotated`). Absent: an operator put it in place. */
  rotation: z.object({ from: z.string(), signature: z.string() }).optional(),
  /** What was signed with it is not believed, but for what was on record at `since`. */
  revoked: z
    .object({ at: z.string(), by: z.string(), reason: z.string(), since: z.string().optional() })
    .optional(),
});
export type RecordedKey = z.infer<typeof RecordedKey>;

/** Oldest first. */
export const AuditKeys = z.object({ keys: z.array(RecordedKey) });
export type AuditKeys = z.infer<typeof AuditKeys>;

/** The newest signed checkpoint (C2SP tlog-checkpoint). */
export const AuditCheckpoint = z.object({ size: z.int().min(0), checkpoint: z.string() });
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>;

/** That an event is in the signed history: to be judged without a server, by the public key alone. */
export const EventProof = z.object({
  event: z.object({
    stream: z.string(),
    revision: z.int().min(0),
    id: z.string(),
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
  }),
  index: z.int().min(0),
  /** RFC 6962 §2.1.1, from the leaf up. */
  hashes: z.array(Base64),
  checkpoint: z.string(),
});
export type EventProof = z.infer<typeof EventProof>;
