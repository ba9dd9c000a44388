import { failureClass, needsHands } from './failure-class.js';

it.each([
  ['PACKAGE_NOT_FOUND', 'definition'],
  ['VERSION_NOT_FOUND', 'definition'],
  ['UNSUPPORTED', 'definition'],
  ['SANDBOX_REFUSED', 'definition'],
  ['SCRIPT_FAILED', 'install'],
  ['PACKAGE_FAILED', 'install'],
  ['BOOT_TEST_FAILED', 'test'],
  ['BUILD_SILENT', 'timeout'],
  ['BUILD_TIMEOUT', 'timeout'],
  ['CANCELLED', 'cancelled'],
  ['MIRROR_UNREACHABLE', 'definition'],
  ['NO_KERNEL', 'definition'],
  ['TOOL_MISSING', 'infrastructure'],
  ['NO_SPACE', 'infrastructure'],
  ['SOMETHING_NEW', 'infrastructure'],
  [undefined, 'infrastructure'],
])('%s is a failure of class %s', (code, expected) => {
  expect(failureClass(code)).toBe(expected);
});

it('takes a fault that may pass by itself for one of the infrastructure', () => {
  expect(failureClass('DOWNLOAD_MISMATCH')).toBe('definition');
  expect(failureClass('DOWNLOAD_MISMATCH', true)).toBe('infrastructure');
  expect(failureClass('MIRROR_UNREACHABLE', true)).toBe('infrastructure');
});

it('knows which faults stay until somebody mends the host', () => {
  expect(needsHands('TOOL_MISSING')).toBe(true);
  expect(needsHands('SANDBOX_UNAVAILABLE', true)).toBe(false);
  expect(needsHands('AGENT_LEAVING')).toBe(false);
  expect(needsHands(undefined)).toBe(false);
});
