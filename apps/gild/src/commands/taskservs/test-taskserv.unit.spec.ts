import type { GoldenImageBuildJob } from '@gild/contracts';
import { testDefinition } from './test-definition.js';
import { outcomeText, type TestOutcome } from './test-taskserv.js';

describe('the definition of a test', () => {
  it('is of one taskserv, on the release that definitions get', () => {
    expect(testDefinition('nginx', { baseOs: 'debian', arch: 'x86_64' })).toMatchObject({
      name: 'test-of-nginx',
      base_os: 'debian',
      os_version: '12',
      arch: 'x86_64',
      taskservs: ['nginx'],
      build_retries: 0,
    });
  });

  it('takes the release that is named, and none of a system that there is not', () => {
    expect(testDefinition('nginx', { baseOs: 'ubuntu', osVersion: '24.04', arch: 'arm64' })).toMatchObject({
      os_version: '24.04',
      arch: 'arm64',
    });
    expect(testDefinition('nginx', { baseOs: 'beos', arch: 'x86_64' })).not.toHaveProperty('os_version');
  });
});

describe('the outcome of a test', () => {
  const outcome: TestOutcome = {
    taskserv: 'cilium',
    passed: true,
    base_os: 'debian',
    os_version: '12',
    arch: 'x86_64',
    taskserv_versions: { containerd: '1.6.20', cilium: '0.18.9' },
    checks: ['containerd/unit', 'cilium/command-line'],
    error_message: null,
    log_path: '/home/ada/cilium.log',
    job: { duration_seconds: 61 } as GoldenImageBuildJob,
  };

  it('says where it works, in which version, and what was asked of it', () => {
    expect(outcomeText(outcome)).toBe(
      'cilium works on debian 12 (x86_64), tested in 1 min 1 s: containerd 1.6.20, cilium 0.18.9\n' +
        '  ✔ containerd/unit\n  ✔ cilium/command-line\n  log: /home/ada/cilium.log\n',
    );
  });

  it('says why it does not, with nothing that a terminal would obey', () => {
    const failed = { ...outcome, passed: false, error_message: 'the script printed \u001b[2J' };
    expect(outcomeText(failed)).toBe(
      'cilium failed on debian 12 (x86_64): the script printed \\x1b[2J\n  log: /home/ada/cilium.log\n',
    );
    const job = { failure_class: 'cancelled' } as GoldenImageBuildJob;
    expect(outcomeText({ ...failed, job })).toContain('cilium was cancelled on debian 12');
  });
});
