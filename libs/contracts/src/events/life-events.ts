import { event } from '@gild/kernel';
import { z } from 'zod';

const byWhom = { by: z.string() };
const reason = { reason: z.string().optional() };

/** A version of an image, by name. */
export const VersionName = z.object({ imageName: z.string(), version: z.string() });
export type VersionName = z.infer<typeof VersionName>;

/** The channel points to this version now. `from`: to which it pointed before; absent: the channel is new. */
export const ChannelMoved = event('ChannelMoved', {
  channel: z.string(),
  version: z.string(),
  from: z.string().optional(),
  /** A rollback goes back along the way the channel came; `withdrawal`: what it pointed to was revoked. */
  how: z.enum(['promotion', 'rollback', 'withdrawal']),
  ...byWhom,
  ...reason,
});

/** The channel is no more. */
export const ChannelRemoved = event('ChannelRemoved', {
  channel: z.string(),
  from: z.string(),
  ...byWhom,
  ...reason,
});

/** Not to be used for new machines any more; its bytes stay. Recorded again when the replacement changes. */
export const VersionDeprecated = event('VersionDeprecated', {
  version: z.string(),
  replacement: z.string().optional(),
  ...byWhom,
  ...reason,
});

/** The version is as good as it was before it was deprecated. */
export const DeprecationWithdrawn = event('DeprecationWithdrawn', {
  version: z.string(),
  ...byWhom,
  ...reason,
});

/** Not to be used at all, for good. Its bytes stay, for whoever has to look into it. */
export const VersionRevoked = event('VersionRevoked', {
  version: z.string(),
  ...byWhom,
  reason: z.string(),
  /** Whether what is built on it is revoked too. */
  descendants: z.boolean(),
  /** Whether channels that pointed to it went back, where there was something to go back to. */
  rollBack: z.boolean(),
  /** The revoked version it was built on, because of which it is revoked; absent: somebody revoked this one. */
  inherited: VersionName.optional(),
});

/** The version is no more and its number is never given again; its bytes go when nothing else needs them. */
export const VersionDeleted = event('VersionDeleted', {
  version: z.string(),
  /** Whether it was deleted although machines ran it or versions were built on it. */
  forced: z.boolean(),
  ...byWhom,
  ...reason,
});
