import { z } from 'zod';

/**
 * What is wrong with the history. `edited`, `inserted`, `reordered`: of the event that is there; `removed`: of `count` events
 * that are not; `unreadable`: the store cannot say what follows; `tile`: the stored proof is damaged, not the event;
 * `checkpoint`: the newest stored one is older than the kept one, by `count` events; `rotation`: a new key that the one before does not
 * vouch for.
 */
export const AuditFinding = z.object({
  kind: z.enum([
    'edited',
    'removed',
    'inserted',
    'reordered',
    'unreadable',
    'tile',
    'checkpoint',
    'rotation',
  ]),
  /** Place in the history, from 0: the signed one, but of an inserted or unreadable event where it stands now. */
  index: z.int().min(0),
  /** Where a reordered event stands now. */
  found_at: z.int().min(0).optional(),
  count: z.int().min(1).optional(),
  stream: z.string().optional(),
  revision: z.int().min(0).optional(),
  id: z.string().optional(),
  message: z.string(),
});
export type AuditFinding = z.infer<typeof AuditFinding>;

/** What a checkpoint that somebody kept says of the history there is. */
export const KeptCheckpoint = z.object({
  size: z.int().min(0),
  verdict: z.enum(['same', 'shorter', 'different', 'not-signed']),
  message: z.string(),
  /** RFC 6962 §2.1.2, from the kept checkpoint to the newest, where that covers it: whoever has the key can judge it alone. */
  consistency: z.array(z.base64()).optional(),
});
export type KeptCheckpoint = z.infer<typeof KeptCheckpoint>;

export const AuditReport = z.object({
  /** Every signed event is there as it was signed, what proves it too, and the history continues the kept checkpoint. */
  proven: z.boolean(),
  /** Whether the events there give the root that was signed: then none of them differs, whatever became of the tiles. */
  root_matches: z.boolean(),
  /** In the store. */
  events: z.int().min(0),
  signed: z.int().min(0),
  /** Recorded after the newest checkpoint: nothing is proven of them yet. */
  unsigned: z.int().min(0),
  checkpoint: z.string(),
  key_id: z.string(),
  findings: z.array(AuditFinding),
  /** Whether there is more to find than is listed. */
  more: z.boolean(),
  kept: KeptCheckpoint.optional(),
});
export type AuditReport = z.infer<typeof AuditReport>;
