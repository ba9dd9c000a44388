import { lastLines } from './step-failures.js';

it('quotes the last lines of what a program printed', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  expect(lastLines(`${lines.join('\n')}\n\n`)).toBe(lines.slice(10).join('\n'));
});

it('quotes a message of bounded length, however long the lines are', () => {
  expect(lastLines(`${'y'.repeat(2 ** 20)}last words\n`)).toMatch(/^y{19990}last words$/);
});
