import { Fault } from '@gild/ports';
import { planFault } from './plan-fault.js';

const going = new AbortController().signal;
const planned = (error: unknown, signal = going) => {
  const { code, message, retryable, details } = planFault(error, signal) as Fault;
  return { code, message, retryable, details };
};

it.each([
  'PACKAGE_NOT_FOUND',
  'VERSION_NOT_FOUND',
  'PACKAGE_CONFLICT',
  'UNSUPPORTED',
  'NO_SPACE',
  'INPUTS_MISSING',
  'MIRROR_UNREACHABLE',
])('says of %s that the plan failed, and keeps the sentence and the code', (code) => {
  expect(planned(new Fault(code, 'nginx has no version 9; available: 1.22.1-9.'))).toStrictEqual({
    code: 'PLAN_FAILED',
    message: 'nginx has no version 9; available: 1.22.1-9.',
    retryable: false,
    details: { code },
  });
});

it('says that a mirror which does not answer may be asked again', () => {
  const dead = new Fault('MIRROR_UNREACHABLE', 'Could not resolve deb.debian.org', { retryable: true });
  expect(planned(dead)).toStrictEqual({
    code: 'UNAVAILABLE',
    message: 'Could not resolve deb.debian.org',
    retryable: true,
    details: { code: 'MIRROR_UNREACHABLE' },
  });
});

it('says that the agent stops where that ended the plan', () => {
  expect(planned(new Error('aborted'), AbortSignal.abort())).toMatchObject({
    code: 'UNAVAILABLE',
    retryable: true,
  });
});

it('leaves a defect what it is', () => {
  const defect = new TypeError('undefined is not a function');
  expect(planFault(defect, going)).toBe(defect);
});
