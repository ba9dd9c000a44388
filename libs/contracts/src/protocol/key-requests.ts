import { z } from 'zod';
import { Reason } from './life-requests.js';
import { Actor } from './requests.js';

/** Repeated with the same id, a request changes nothing a second time. */
const asked = { requestId: z.string().min(8).max(128), actor: Actor };

/** `rotateKey`: the farm makes a new key and signs with it. */
export const RotateKey = z.strictObject({ ...asked, reason: Reason.optional() });

/** `revokeKey`: what was signed with the key is not believed, but for what was on record at `since`. */
export const RevokeKey = z.strictObject({
  ...asked,
  keyId: z.string().min(1).max(128),
  reason: Reason,
  since: z.string().optional(),
});
