import { z } from 'zod';

/** What is kept about a layer beside its archive; the layer is in the cache when this file is. */
export const LayerEntry = z.object({
  key: z.string(),
  step: z.string(),
  archive: z.object({ file: z.string(), sha256: z.hash('sha256'), sizeBytes: z.int().min(0) }),
  components: z.unknown(),
});
export type LayerEntry = z.infer<typeof LayerEntry>;

/** An entry from its text; undefined when the text is none. */
export const parseEntry = (text: string): LayerEntry | undefined => {
  try {
    return LayerEntry.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
