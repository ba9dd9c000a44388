import { z } from 'zod';

/** As many digits of a layer's key as tell it from all others a farm has. */
const DIGITS = 12;

/** An agent names no more layers than these, the ones used last. */
export const MOST_HELD_LAYERS = 128;

/** A layer's key as it is compared between agents. */
export const shortLayerKey = (key: string): string => key.slice(0, DIGITS);

/** The layers an agent holds, the one used last first: short keys, one after the other, so that it may be said at every sync. */
export const HeldLayers = z
  .string()
  .max(DIGITS * MOST_HELD_LAYERS)
  .regex(new RegExp(`^(?:[0-9a-f]{${DIGITS}})*$`));

export const heldLayers = (keys: readonly string[]): string =>
  keys.slice(0, MOST_HELD_LAYERS).map(shortLayerKey).join('');

/** The short keys it is made of. */
export const shortKeysOf = (held: string): string[] => held.match(new RegExp(`.{${DIGITS}}`, 'g')) ?? [];
