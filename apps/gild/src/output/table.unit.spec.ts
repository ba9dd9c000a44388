import { table } from './table.js';

describe('a table', () => {
  it('aligns its columns', () =>
    expect(
      table(
        ['image', 'by'],
        [
          ['web', 'ada'],
          ['database', 'bob'],
        ],
      ),
    ).toBe('IMAGE     BY\nweb       ada\ndatabase  bob\n'));

  it('keeps a cell on its line and away from the terminal', () =>
    expect(table(['note'], [['first\n  second\u001b[2J']])).toBe('NOTE\nfirst second\\x1b[2J\n'));
});
