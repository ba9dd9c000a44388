import { Fault } from '@gild/ports';
import { faultText } from './fault-text.js';

describe('what a person reads of a failure', () => {
  it('cannot steer the terminal', () =>
    expect(faultText(new Fault('INTERNAL', 'said \u001b[2J\u009b31m\rgone'))).toStrictEqual({
      text: 'said \\x1b[2J\\x9b31mgone',
      exitCode: 1,
    }));

  it.each([
    ['FORBIDDEN_BY_POLICY', 3],
    ['UNAVAILABLE', 4],
    ['INVALID_REQUEST', 2],
    ['ARTIFACT_DAMAGED', 1],
    ['NO_SPACE', 1],
    ['TOOL_MISSING', 4],
    ['EMULATOR_MISSING', 4],
    ['DISK_UNREADABLE', 2],
  ])('of %s leaves with %i', (code, exitCode) =>
    expect(faultText(new Fault(code, 'it failed'))).toStrictEqual({ text: 'it failed', exitCode }),
  );
});

it('says which document is not valid', () => {
  const violations = [{ path: ['max_parallel_builds'], expected: 'at least 1', found: '0', message: 'x' }];
  const told = (what: string) =>
    faultText(new Fault('INVALID_DOCUMENT', `the ${what} is not valid:\nx`, { details: { violations } }))
      .text;
  expect(told('policy')).toMatch(/^the policy is not valid\n/);
  expect(told('definition')).toMatch(/^the definition is not valid\n/);
});
