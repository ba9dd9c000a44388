import { failureExit } from './build.command.js';

it.each([
  ['MIRROR_UNREACHABLE', 4],
  ['FORBIDDEN_BY_POLICY', 3],
  ['SCRIPT_FAILED', 1],
  [undefined, 1],
])('a build that failed with %s ends the program with %i', (failure_code, code) =>
  expect(failureExit({ failure_code })).toBe(code),
);
