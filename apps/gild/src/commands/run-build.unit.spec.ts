import { failureExit } from './run-build.js';

it.each([
  ['MIRROR_UNREACHABLE', 4],
  ['FORBIDDEN_BY_POLICY', 3],
  ['TOOL_MISSING', 4],
  ['EMULATOR_MISSING', 4],
  ['SCRIPT_FAILED', 1],
  [undefined, 1],
])('a build that failed with %s ends the program with %i', (failure_code, code) =>
  expect(failureExit({ failure_code }, { aborted: false })).toBe(code),
);

it("a build that was cancelled ends the program with 130 after one's own Ctrl-C, and else with 1", () => {
  const cancelled = { failure_class: 'cancelled' } as const;
  expect(failureExit(cancelled, { aborted: true })).toBe(130);
  expect(failureExit(cancelled, { aborted: false })).toBe(1);
  expect(failureExit({ failure_class: 'install' }, { aborted: true })).toBe(1);
});
