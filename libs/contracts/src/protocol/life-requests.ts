import { z } from 'zod';
import { ChannelName, ImageName, ImageVersion } from '../documents/field-formats.js';
import { Actor } from './requests.js';

/** Why, for everyone who reads the record. */
export const Reason = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^\P{Cc}*$/u, 'no control characters');

/** What a request is known by when it is repeated. */
export const RequestId = z.string().min(8).max(128);

/**
 * Repeated with the same id, a request that changed something changes nothing a second time, whatever has happened since. One that
 * found everything as it asks left no trace, and is a new request when it is repeated.
 */
const asked = { requestId: RequestId, actor: Actor, image: ImageName };
const optionalReason = { reason: Reason.optional() };
/** A number, `latest`, or a channel after a colon. */
const version = z.string().min(1).max(128);

/** `promote`: the channel points to the version from now on. */
export const MoveChannel = z.strictObject({ ...asked, channel: ChannelName, version, ...optionalReason });

/** `rollBack`: back to what the channel pointed to before, or to the version named. */
export const RollBackChannel = z.strictObject({
  ...asked,
  channel: ChannelName,
  to: ImageVersion.optional(),
  reason: Reason,
});

export const RemoveChannel = z.strictObject({ ...asked, channel: ChannelName, ...optionalReason });

/** `deprecate`: not to be used for new machines; `replacement` is a version of the same image. */
export const DeprecateVersion = z.strictObject({
  ...asked,
  version,
  replacement: ImageVersion.optional(),
  ...optionalReason,
});

export const WithdrawDeprecation = z.strictObject({ ...asked, version, ...optionalReason });

/** `revoke`: not to be used at all, for good. */
export const RevokeVersion = z.strictObject({
  ...asked,
  version,
  reason: Reason,
  /** Whether what is built on it is revoked too. */
  descendants: z.boolean().default(true),
  /** Whether channels that point to it go back to what they pointed to before. */
  rollBack: z.boolean().default(false),
});

/** `deleteVersion`; `force`: although machines run it, or versions are built on it. */
export const DeleteVersion = z.strictObject({
  ...asked,
  version,
  force: z.boolean().default(false),
  ...optionalReason,
});
