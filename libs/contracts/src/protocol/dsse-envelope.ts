import { z } from 'zod';

/** Anything signed, as DSSE has it in JSON (https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md). */
export const DsseEnvelope = z.object({
  /** Base64. */
  payload: z.string(),
  payloadType: z.string(),
  signatures: z
    .array(
      z.object({
        /** A hint which key to try; it proves nothing. */
        keyid: z.string().optional(),
        /** Base64. */
        sig: z.string(),
      }),
    )
    .min(1),
});
export type DsseEnvelope = z.infer<typeof DsseEnvelope>;
