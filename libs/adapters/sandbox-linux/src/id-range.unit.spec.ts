import { subordinateRange } from './id-range.js';

const ada = { name: 'ada', id: 1000 };

describe('the ids a user may map', () => {
  it('are found by name', () =>
    expect(subordinateRange('bob:100000:65536\nada:165536:65536\n', ada)).toStrictEqual({
      first: 165536,
      count: 65536,
    }));
  it('are found by number', () =>
    expect(subordinateRange('1000:100000:65536', ada)).toStrictEqual({ first: 100000, count: 65536 }));
  it('skip a range that is too small for a file system', () =>
    expect(subordinateRange('ada:100000:1000\nada:200000:70000', ada)).toStrictEqual({
      first: 200000,
      count: 70000,
    }));
  it('are none without an entry', () => expect(subordinateRange('bob:1:65536\n# ada', ada)).toBeUndefined());
});
