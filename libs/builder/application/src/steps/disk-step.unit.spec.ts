import { diskSuffix } from './disk-step.js';

it.each([
  ['qcow2', true, '.qcow2'],
  ['qcow2', false, '.qcow2'],
  ['vmdk', true, '.vmdk'],
  ['raw', false, '.raw'],
  ['raw', true, '.raw.zst'],
] as const)('names a disk of %s, compressed: %s, by what is in it', (format, compression, suffix) =>
  expect(diskSuffix(format, compression)).toBe(suffix),
);
