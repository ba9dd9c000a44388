import { shellLine } from './shell-line.js';

it('leaves plain words as they are, and quotes the others', () =>
  expect(shellLine(['qemu', '-M', 'q35,smm=on', "it's here", '', '$HOME', 'a\nb'])).toBe(
    `qemu -M q35,smm=on 'it'\\''s here' '' '$HOME' 'a\nb'`,
  ));
