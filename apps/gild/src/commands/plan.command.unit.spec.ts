import { parse } from 'yaml';
import { planText, validText } from './plan.command.js';

const build = {
  imageName: 'web',
  version: '1.0.0',
  buildNumber: 1,
  arch: 'x86_64' as const,
  definition: { name: 'web', arch: ['x86_64', 'aarch64'], disk_size_gb: 30 },
  definitionDigest: 'a'.repeat(64),
  inputDigest: 'b'.repeat(64),
  bootTest: true,
  jobId: '',
  state: 'reserved' as const,
};

describe('what people read of a definition', () => {
  it('that is valid is the resolved definition, as YAML', () => {
    expect(validText(build)).toMatch(/^# web is valid, definition a{64}\n/);
    expect(parse(validText(build))).toStrictEqual(build.definition);
  });

  it('that is planned is the resolved definition above the steps', () => {
    const steps = [{ name: 'disk', title: 'disk', cached: false, skipped: false }];
    expect(planText({ build, steps })).toBe(
      [
        'web x86_64, definition aaaaaaaaaaaa',
        '  name: web',
        '  arch:',
        '    - x86_64',
        '    - aarch64',
        '  disk_size_gb: 30',
        '',
        'STEP  LAYER KEY  PACKAGES  CACHE',
        'disk  -          -         always runs',
        '',
      ].join('\n'),
    );
  });

  it('tells a step that is switched off from one that has nothing to do', () => {
    const idle = { title: 'updates', cached: false, skipped: true };
    const steps = [
      { ...idle, name: 'update_packages', packages: [] },
      { ...idle, name: 'verify' },
    ];
    expect(planText({ build, steps }).split('\n').slice(-3)).toStrictEqual([
      'update_packages  -          0         nothing to do',
      'verify           -          -         switched off',
      '',
    ]);
  });

  it('says with which firmwares the image will be booted, and of which it will not, why', () => {
    const boots = [
      { firmware: 'bios' as const },
      { firmware: 'uefi-secure' as const, untested: 'not signed' },
    ];
    const steps = [{ name: 'boot_test', title: 'boot test', cached: false, skipped: false, boots }];
    expect(planText({ build, steps })).toContain(
      'boot_test  -          -         always runs; bios; uefi-secure not tested: not signed\n',
    );
  });

  it('names the layer that came nearest to one that is missing', () => {
    const missing = { title: 'nginx', key: 'd'.repeat(64), cached: false, skipped: false, packages: [] };
    const missReason = 'package nginx 1.0 → 1.1';
    const nearest = { step: 'taskserv:nginx', key: 'e'.repeat(64) };
    const steps = [{ ...missing, name: 'taskserv:nginx', missReason, nearest }];
    expect(planText({ build, steps }).split('\n').at(-2)).toBe(
      'taskserv:nginx  dddddddddddd  0         not cached: package nginx 1.0 → 1.1 (nearest: eeeeeeeeeeee)',
    );
  });
});
