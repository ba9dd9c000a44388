import { formatViolations } from './format-violations.js';

const violation = { path: 'a', found: '1', expected: '2', message: 'a: expected 2, found 1' };

describe('violations for a terminal', () => {
  it('stand one to a line, with the place where it is known', () =>
    expect(
      formatViolations([{ ...violation, position: { line: 3, column: 7 } }, violation], 'web.yaml'),
    ).toBe('web.yaml:3:7: a: expected 2, found 1\nweb.yaml: a: expected 2, found 1'));

  it('do without the name of a file', () =>
    expect(formatViolations([{ ...violation, position: { line: 3, column: 7 } }, violation])).toBe(
      '3:7: a: expected 2, found 1\na: expected 2, found 1',
    ));

  it('cannot steer the terminal', () =>
    expect(formatViolations([{ ...violation, message: 'a\u001b[2J\u009b1m\u202eb\nc' }])).toBe(
      'a\\u001b[2J\\u009b1m\\u202eb\\u000ac',
    ));
});
