import { heldLayers, MOST_HELD_LAYERS } from '@gild/contracts';
import type { Clock, LayerCache } from '@gild/ports';

/** Layers come and go with builds, which take longer than this. */
const KNOWN_FOR_MS = 10_000;

/** What an agent says of the layers it holds; the folder is read no more often than that is worth. */
export const announcedLayers = (
  layers: Pick<LayerCache, 'recent'>,
  clock: Pick<Clock, 'monotonicMs'>,
): (() => Promise<string>) => {
  let known: { text: Promise<string>; sinceMs: number } | undefined;
  return () => {
    const now = clock.monotonicMs();
    if (known === undefined || now - known.sinceMs >= KNOWN_FOR_MS)
      known = { text: layers.recent(MOST_HELD_LAYERS).then(heldLayers, () => ''), sinceMs: now };
    return known.text;
  };
};
