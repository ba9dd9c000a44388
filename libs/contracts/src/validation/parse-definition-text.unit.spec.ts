import { parseDefinitionText } from './parse-definition-text.js';

const faults = (text: string, fileName = 'web.yaml') => {
  const result = parseDefinitionText(text, fileName);
  return result.ok
    ? []
    : result.violations.map(({ found, position }) => [
        found,
        position && `${String(position.line)}:${String(position.column)}`,
      ]);
};

const value = (text: string, fileName = 'web.yaml') => {
  const result = parseDefinitionText(text, fileName);
  return result.ok ? result.value : result;
};

describe('the text of a definition', () => {
  it('is read as YAML 1.2, where only true and false are switches', () =>
    expect(value('a: yes\nb: true\nc: 012\nd: 12:30:00\ne: ~\nf: 2026-01-01\n')).toStrictEqual({
      a: 'yes',
      b: true,
      c: 12,
      d: '12:30:00',
      e: null,
      f: '2026-01-01',
    }));

  it('is read as JSON when its name says so', () => {
    expect(value('\ufeff{\n\t"a": [1, {"b": "x"}]\n}', 'web.json')).toStrictEqual({ a: [1, { b: 'x' }] });
    expect(faults('name: web', 'WEB.JSON')).toStrictEqual([["a fault: Unexpected token 'a'", undefined]]);
    expect(faults('{"a": 1,\n "b": 2,}', 'web.json')).toStrictEqual([
      ['a fault: Expected double-quoted property name', '2:9'],
    ]);
  });

  it('says where each field stands', () => {
    const result = parseDefinitionText('a:\n  - x\n  - b c: 1\n', 'web.yaml');
    expect(result.ok && Object.fromEntries(result.positions)).toStrictEqual({
      a: { line: 1, column: 1 },
      'a[0]': { line: 2, column: 5 },
      'a[1]': { line: 3, column: 5 },
      'a[1]["b c"]': { line: 3, column: 5 },
    });
  });

  it.each([
    [
      'an alias',
      'a: &x 1\nb: *x\n',
      [
        ['an anchor (&)', '1:7'],
        ['an alias (*)', '2:4'],
      ],
    ],
    ['a tag of a program', 'a: !vault secret\n', [['a tag (!)', '1:11']]],
    ['a tag of a type with its own bytes', 'a: !!binary aGk=\n', [['a tag (!)', '1:13']]],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', [['the same key twice', '3:1']]],
    ['a tab as indentation', 'a:\n\t- b\n', [['a tab as indentation', '2:1']]],
    ['a second document', 'a: 1\n---\nb: 2\n', [['more than one document', '2:1']]],
    ['a list as key', '? [a]\n: b\n', [['a key that is not text', '1:3']]],
  ])('with %s is refused with line and column', (_, text, expected) =>
    expect(faults(text)).toStrictEqual(expected),
  );

  it('with a key twice is refused in JSON, too', () =>
    expect(faults('{"a": 1,\n "a": 2}', 'web.json')).toStrictEqual([['the same key twice', '2:2']]));

  it('may be as large as 256 KiB and no larger, counted in bytes', () => {
    const text = (bytes: number) => `a: ${'é'.repeat((bytes - 4) / 2)}x`;
    expect(faults(text(256 * 1024))).toStrictEqual([]);
    expect(faults(text(256 * 1024 + 2))).toStrictEqual([['257 KiB', undefined]]);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['closed brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    ['indented keys', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('nested too deeply in %s is refused before it can exhaust a stack', (_, text) =>
    expect(faults(text)).toStrictEqual([['lists or mappings nested too deeply', undefined]]),
  );

  it('may contain many brackets in its values', () =>
    expect(value(`a: |\n${'  [ {\n'.repeat(500)}`)).toStrictEqual({ a: '[ {\n'.repeat(500) }));

  it('cannot reach a prototype', () => {
    const read = value('__proto__: {polluted: true}\n') as object;
    expect(Object.keys(read)).toStrictEqual(['__proto__']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});
