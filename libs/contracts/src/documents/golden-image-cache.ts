import { z } from 'zod';
import { Arch } from './arch.js';
import { ImageName, ImageVersion, Sha256Hex, Timestamp } from './field-formats.js';

const count = z.int().min(0).default(0);

/** A copy of an image on a host that starts machines. */
export const GoldenImageCache = z
  .object({
    cache_id: z.string().min(1).describe('Identity of the entry.'),
    image_name: ImageName.describe('Image.'),
    image_version: ImageVersion.describe('Version.'),
    storage_path: z.string().min(1).describe('Where the copy lies on the host.'),
    storage_format: z.enum(['qcow2', 'raw', 'compressed']).describe('Form of the copy.'),
    disk_size_gb: z.number().min(0).describe('Disk space of the copy in GiB.'),
    cached_at: Timestamp.describe('When the copy was made.'),
    accessed_at: Timestamp.describe('When it was last read.'),
    expires_at: Timestamp.describe('When it may be removed.'),
    ttl_days: z.int().min(1).max(365).describe('How long it is kept, in days.'),
    is_valid: z.boolean().describe('Whether its bytes were right when last read.'),
    checksum: Sha256Hex.describe('SHA-256 its bytes must have.'),
    last_verification: Timestamp.optional().describe('When its bytes were last compared with the checksum.'),
    access_count: count.describe('How often it was asked for.'),
    hit_count: count.describe('How often it could be used.'),
    last_vm_created: z.string().optional().describe('Machine last made from it.'),
    host: z.string().min(1).describe('Host that holds it.'),
    arch: Arch.describe('CPU architecture.'),
  })
  .meta({ title: 'GoldenImageCache', description: 'A cached copy of an image on a host.' });
export type GoldenImageCache = z.output<typeof GoldenImageCache>;
