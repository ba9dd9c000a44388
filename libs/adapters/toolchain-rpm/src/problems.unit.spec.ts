import { askingFailure, installFailure, problemFault } from './problems.js';

describe('what a problem is called', () => {
  it('is retryable for a mirror that does not answer, and not for one without the release', () => {
    const fault = (message: string) => problemFault('Reading', { kind: 'unreachable', message });
    expect(fault('Status code: 404 for http://m').retryable).toBe(false);
    expect(fault('Status code: 503 for http://m').retryable).toBe(true);
    expect(fault('Status code: 429 for http://m').retryable).toBe(true);
    const lacking = 'Status code: 404 for http://m\n';
    expect(fault(`${lacking}${lacking}`).retryable).toBe(false);
    expect(fault(`${lacking}Status code: 503 for http://n`).retryable).toBe(true);
    expect(fault(`${lacking}Curl error (28): Timeout was reached for http://n`).retryable).toBe(true);
    expect(fault("Curl error (7): Couldn't connect to server").retryable).toBe(true);
  });
  it('is no space, whatever was being done', () => {
    const full = 'installing package web-1 needs 12MB more space on the / filesystem';
    const told = problemFault('Reading', { kind: 'unreachable', message: 'No space left on device' });
    for (const fault of [told, installFailure('base', full), askingFailure('Reading', full)])
      expect([fault.code, fault.retryable]).toStrictEqual(['NO_SPACE', true]);
  });
  it('names no user or password of a mirror', () => {
    const message = 'Status code: 403 for http://ada:secret@m.invalid/x';
    for (const fault of [
      problemFault('Reading', { kind: 'unreachable', message }),
      askingFailure('Reading', message),
    ])
      expect(fault.message).toMatch(/for http:\/\/m\.invalid\/x$/m);
  });
  it('tells of a mirror that could not be read what dnf says of it, and what to do', () => {
    const tries = ['x-1.noarch.rpm Status code: 404 for http://ada:secret@m.invalid/x'];
    const problem = { kind: 'unreachable', message: 'No more mirrors to try', tries } as const;
    expect(problemFault('Downloading packages', problem).message).toBe(
      [
        'Downloading packages: a mirror could not be read.',
        'No more mirrors to try',
        'x-1.noarch.rpm Status code: 404 for http://m.invalid/x',
        'If this host does not reach it, or it has not what is asked for, name one that does under `mirrors` in agent.yaml; ' +
          "where it is a taskserv's repository, correct its address in the taskserv.",
      ].join('\n'),
    );
  });
  it('asks for a new plan where the mirror moved on', () => {
    const fault = problemFault('Downloading', { kind: 'gone', names: ['web 1.0-1'] });
    expect([fault.code, fault.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
  });
});
