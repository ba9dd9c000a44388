import { askingFailure, installFailure, problemFault } from './problems.js';

describe('what a problem is called', () => {
  it('is retryable for a mirror that does not answer, and not for one without the release', () => {
    const fault = (message: string) => problemFault('Reading', { kind: 'unreachable', message });
    expect(fault('Status code: 404 for http://m').retryable).toBe(false);
    expect(fault('Status code: 503 for http://m').retryable).toBe(true);
    expect(fault('Status code: 429 for http://m').retryable).toBe(true);
    expect(fault("Curl error (7): Couldn't connect to server").retryable).toBe(true);
  });
  it('is no space, whatever was being done', () => {
    const full = 'installing package web-1 needs 12MB more space on the / filesystem';
    const told = problemFault('Reading', { kind: 'unreachable', message: 'No space left on device' });
    for (const fault of [told, installFailure('base', full), askingFailure('Reading', full)])
      expect([fault.code, fault.retryable]).toStrictEqual(['NO_SPACE', true]);
  });
  it('asks for a new plan where the mirror moved on', () => {
    const fault = problemFault('Downloading', { kind: 'gone', names: ['web 1.0-1'] });
    expect([fault.code, fault.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
  });
});
