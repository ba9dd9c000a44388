import { withoutUserinfo } from './without-userinfo.js';

it.each([
  ['Status code: 404 for http://ada:s3cr@t@m.invalid/x', 'Status code: 404 for http://m.invalid/x'],
  ["baseurl='https://token@m.invalid:81/', http://a:b@n/", "baseurl='https://m.invalid:81/', http://n/"],
  ['https:///a:b@n/x', 'https:///n/x'],
  ['http://m.invalid/@scope/x and ada@m.invalid', 'http://m.invalid/@scope/x and ada@m.invalid'],
])('of %s leaves %s', (text, left) => expect(withoutUserinfo(text)).toBe(left));
