import { isNoSpace, saysNoSpace, systemCode } from './system-error.js';

it('names a failure of the system, and nothing else', () => {
  expect(systemCode(Object.assign(new Error(), { code: 'ENOENT' }))).toBe('ENOENT');
  expect([systemCode(new Error()), systemCode(undefined), systemCode('ENOENT')]).toStrictEqual(['', '', '']);
});

it.each([
  ['ENOSPC', 'cp: error writing: No space left on device', true],
  ['EDQUOT', 'cp: error writing: Disk quota exceeded', true],
  ['EIO', 'cp: error writing: Input/output error', false],
])('tells whether there was no room: %s', (code, printed, expected) =>
  expect([isNoSpace({ code }), saysNoSpace(printed)]).toStrictEqual([expected, expected]),
);
