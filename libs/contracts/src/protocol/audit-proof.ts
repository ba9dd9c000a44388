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

/** Every key that the history or provenance was ever signed with, oldest first. */
export const AuditKeys = z.object({ keys: z.array(AuditKey.extend({ introduced_at: z.string() })) });
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
