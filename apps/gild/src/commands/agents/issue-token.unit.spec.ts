import { secondsOf, tokenText } from './issue-token.js';

it.each([
  ['90s', 90],
  ['30m', 1800],
  ['1h', 3600],
  ['2d', 172_800],
])('takes %s for %d seconds', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

it.each(['', '1', 'h', '1.5h', '-1h', '1w', '1h '])('takes no %j for a time', (text) => {
  expect(() => secondsOf(text)).toThrow(/expected a time such as 30m, 1h or 2d/);
});

it('tells the token alone on a line, and what to do with it', () => {
  const told = { token: 'gildjoin_x.y', tokenId: 'x', expiresAt: '2026-11-23T10:00:00.000Z' };
  const text = tokenText(told, 'https://gild.example');
  expect(text.split('\n')[0]).toBe('gildjoin_x.y');
  expect(text).toContain('One agent may join');
  expect(text).toContain('gild agent join --url https://gild.example --token-file -\n');
  const bound = tokenText(told, 'https://gild.example', 'oak');
  expect(bound).toContain('Agent oak may join');
  expect(bound).toContain('gild agent join --url https://gild.example --id oak --token-file -\n');
});
