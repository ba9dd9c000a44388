import { formOf } from '@gild/cache-domain';
import {
  Arch,
  type CachedForm,
  ImageName,
  ImageVersion,
  Sha256Hex,
  type StoredObject,
} from '@gild/contracts';
import { Fault, type ImageReference } from '@gild/ports';
import { z } from 'zod';

/** The disk of an image version, and how long a host keeps it. */
export const WantedImage = z.strictObject({
  imageName: ImageName,
  version: ImageVersion,
  arch: Arch,
  format: z.enum(['qcow2', 'raw']),
  object: z.object({ key: z.string().min(1), sha256: Sha256Hex, sizeBytes: z.int().min(0) }),
  ttlDays: z.int().min(1).max(365),
  cacheEnabled: z.boolean(),
  /** The folder that the definition names to keep it in (`cache_storage`). */
  storage: z.string().min(1).optional(),
});
export type WantedImage = z.input<typeof WantedImage>;

/** A wanted image that may be cached. */
export type Wanted = ImageReference & { form: CachedForm; ttlDays: number; object: StoredObject };

/** Faults: CACHE_REQUEST_INVALID, CACHE_DISABLED. */
export const wantedFrom = (given: WantedImage, policyEnables: boolean): Wanted => {
  const parsed = WantedImage.safeParse(given);
  if (!parsed.success)
    throw new Fault('CACHE_REQUEST_INVALID', `no image can be cached so: ${z.prettifyError(parsed.error)}`);
  const { imageName, version, arch, format, object, ttlDays, cacheEnabled } = parsed.data;
  if (!cacheEnabled || !policyEnables) {
    const who = cacheEnabled ? 'the policy' : 'its definition';
    const message = `${imageName}@${version} is not cached: ${who} says cache_enabled: false. Export it instead, or change that.`;
    throw new Fault('CACHE_DISABLED', message);
  }
  return { imageName, version, arch, form: formOf(format, object.key), ttlDays, object };
};
