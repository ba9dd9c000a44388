import { matchesSubject } from './subject-match.js';

it.each([
  ['gild.log.j1', 'gild.log.j1', true],
  ['gild.log.j1', 'gild.log.j2', false],
  ['gild.log.*', 'gild.log.j1', true],
  ['gild.*', 'gild.log.j1', false],
  ['gild.>', 'gild.log.j1', true],
  ['gild.>', 'gild', false],
  ['gild.log.j1', 'gild.log', false],
  ['gild.log', 'gild.log.j1', false],
])('matches %s against %s as NATS does: %s', (pattern, subject, expected) => {
  expect(matchesSubject(pattern, subject)).toBe(expected);
});
