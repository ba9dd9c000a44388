import { layerCacheSize } from './layer-cache-size.js';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['1', 1_073_741_824],
  ['50', 53_687_091_200],
])('takes %j for %j bytes', (text, bytes) => {
  expect(layerCacheSize.parse(text)).toBe(bytes);
});

it.each(['0', '-1', '1.5', '50G', ' 5', '1e3', '1000001', '9'.repeat(400)])('refuses %j', (text) => {
  expect(layerCacheSize.safeParse(text).error?.issues.map(({ message }) => message)).toStrictEqual([
    'expected a whole number of GiB, at least 1',
  ]);
});
