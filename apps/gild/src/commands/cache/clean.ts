import type { CopiesInUse } from '@gild/cache-application';
import type { EvictionReason, GoldenImageCache } from '@gild/contracts';
import { type Context, printer } from '../context.js';
import { type CacheFlags, withCache } from './cache-here.js';
import { cleanedText } from './cache-text.js';

export type CleanFlags = CacheFlags & { all?: boolean };

type Named = { image_name: string; image_version: string; arch: string; size_bytes: number };

/** What went, what is still there, and why. `vms`: those that run from it. */
export type CleanedDocument = {
  removed: (Named & { reason: EvictionReason })[];
  kept: (Named & { why: 'in_use' | 'not_expired'; vms: readonly string[]; expires_at: string })[];
};

/** Removes what has expired or has no room by the policy, or all that nobody needs. */
export const clean = (flags: CleanFlags, context: Context): Promise<void> =>
  withCache(context, flags, async ({ cache }) => {
    const evicted = await cache.clean(flags.all === true ? 'all' : 'expired');
    const removed = evicted.flatMap(({ copy, reason }) =>
      copy.images.map(({ imageName, version, arch }) => ({
        ...{ image_name: imageName, image_version: version, arch, size_bytes: copy.sizeBytes, reason },
      })),
    );
    const inUse = await cache.inUse();
    const kept = (await cache.documents()).map((entry) => keptDocument(entry, inUse));
    printer(context, flags)({ removed, kept } satisfies CleanedDocument, cleanedText);
  });

const GIB = 1_073_741_824;

const keptDocument = (entry: GoldenImageCache, inUse: CopiesInUse): CleanedDocument['kept'][number] => ({
  image_name: entry.image_name,
  image_version: entry.image_version,
  arch: entry.arch,
  size_bytes: Math.round(entry.disk_size_gb * GIB),
  why: inUse.has(entry.checksum) ? 'in_use' : 'not_expired',
  vms: inUse.get(entry.checksum) ?? [],
  expires_at: entry.expires_at,
});
