import { HeldLayers, heldLayers, MOST_HELD_LAYERS, shortKeysOf, shortLayerKey } from './held-layers.js';

const key = (n: number): string => n.toString(16).padStart(4, '0').repeat(16);

it('are told by short keys, which come out as they went in', () => {
  const keys = [key(1), key(2), key(3)];
  expect(shortKeysOf(HeldLayers.parse(heldLayers(keys)))).toStrictEqual(keys.map(shortLayerKey));
  expect(shortKeysOf(HeldLayers.parse(heldLayers([])))).toStrictEqual([]);
});

it('are no more than a message at every sync may hold', () => {
  const many = Array.from({ length: MOST_HELD_LAYERS + 1 }, (_, n) => key(n));
  expect(shortKeysOf(heldLayers(many))).toStrictEqual(many.slice(0, -1).map(shortLayerKey));
  expect(HeldLayers.safeParse(many.map(shortLayerKey).join('')).success).toBe(false);
});

it.each(['abc', 'x'.repeat(12), 'ABCDEF012345', '0'.repeat(13)])('are not %j', (text) =>
  expect(HeldLayers.safeParse(text).success).toBe(false),
);
