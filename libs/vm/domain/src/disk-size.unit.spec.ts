import { diskSizeBytes } from './disk-size.js';

it.each([
  ['20G', 21_474_836_480],
  ['20GiB', 21_474_836_480],
  ['512m', 536_870_912],
  ['1T', 1_099_511_627_776],
])('takes %s for %i bytes', (text, bytes) => expect(diskSizeBytes(text)).toBe(bytes));

it.each(['', '20', '0G', '-1G', '1.5G', '20GB', 'G', '20 G', '9999999999G'])(
  'takes "%s" for no size',
  (text) => expect(diskSizeBytes(text)).toBeUndefined(),
);
