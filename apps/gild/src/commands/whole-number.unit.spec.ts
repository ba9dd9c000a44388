import { wholeNumber } from './whole-number.js';

const seconds = (text: string) => wholeNumber('--timeout', text, { min: 1, max: 3600 });

describe('a number on the command line', () => {
  it('is taken within its bounds', () => expect([seconds('1'), seconds('3600')]).toStrictEqual([1, 3600]));

  it.each(['abc', '', '0', '3601', '1.5', '1e3', '0x10', ' 5'])('is not "%s"', (text) =>
    expect(() => seconds(text)).toThrow(`--timeout: expected a whole number from 1 to 3600, found "${text}"`),
  );
});
