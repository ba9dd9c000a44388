import { basename, join } from 'node:path';
import { Arch, CachedForm, ImageName, ImageVersion, Sha256Hex } from '@gild/contracts';
import type { CachedCopy } from '@gild/ports';
import { z } from 'zod';
import type { CacheFolders } from './cache-folders.js';

export const StoredReference = z.object({ imageName: ImageName, version: ImageVersion, arch: Arch });

/** What is kept about a copy beside its file. The folder may move: the file is named, not where it lies. */
export const CopyEntry = z
  .object({
    sha256: Sha256Hex,
    sizeBytes: z.int().min(0),
    file: z.string().regex(/^[0-9a-f]{64}(\.[a-z0-9]+)*$/),
    images: z
      .array(
        StoredReference.extend({
          format: CachedForm,
          ttlDays: z.int().min(1),
          cachedAt: z.string(),
          expiresAt: z.string(),
        }),
      )
      .min(1),
  })
  .refine(({ sha256, file }) => file.startsWith(sha256));
export type CopyEntry = z.infer<typeof CopyEntry>;

export const copyOf = (folders: CacheFolders, { file, ...entry }: CopyEntry): CachedCopy => ({
  ...entry,
  path: join(folders.images, file),
});

export const entryText = ({ sha256, sizeBytes, path, images }: CachedCopy): string =>
  JSON.stringify({ sha256, sizeBytes, file: basename(path), images: [...images] } satisfies CopyEntry);
