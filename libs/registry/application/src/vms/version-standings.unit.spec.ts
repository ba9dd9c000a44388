import type { VersionState } from '@gild/contracts';
import { warningOf } from './report-vm.js';
import { versionStandings } from './version-standings.js';
import { standsAsAsked } from './vm-filter.js';
import { vmSummary } from './vm-summary.js';
import { imagesWith } from './vms-under-test.spec.js';

const STATES: Record<string, VersionState> = {
  '1.0.0': 'deprecated',
  '1.1.0': 'published',
  '1.2.0': 'revoked',
};

const summaryOf = (version: string, standings = standingsOf(Object.keys(STATES))) => {
  const machine = { vmId: 'vm1', imageName: 'web', version, host: 'oak' };
  return vmSummary('vm1', { status: 'running', machine, startedAt: '' }, standings);
};
const standingsOf = (numbers: readonly string[]) =>
  versionStandings(imagesWith(numbers), ({ version }) => STATES[version] ?? 'published');

describe('a machine', () => {
  it.each([
    ['1.0.0', 'deprecated', true],
    ['1.1.0', 'published', false],
    ['1.2.0', 'revoked', true],
  ])('of %s runs a version that is %s; is it outdated? %s', (version, state, outdated) =>
    expect(summaryOf(version)).toMatchObject({
      ...{ version_state: state, newest_version: '1.1.0', outdated },
    }),
  );

  it('is not outdated where there is nothing else to run', () => {
    const summary = summaryOf('1.0.0', standingsOf(['1.0.0', '1.2.0']));
    expect(summary).toMatchObject({ version_state: 'deprecated', outdated: false });
    expect(summary).not.toHaveProperty('newest_version');
  });

  it.each([
    ['1.0.0', ['deprecated', 'revoked'], true],
    ['1.1.0', ['deprecated', 'revoked'], false],
    ['1.2.0', ['deprecated', 'revoked'], true],
    ['1.2.0', ['deprecated'], false],
    ['1.2.0', ['outdated'], true],
    ['1.1.0', ['outdated'], false],
  ] as const)('of %s is among those that are %j: %s', (version, standing, among) =>
    expect(standsAsAsked(summaryOf(version), { standing: [...standing] })).toBe(among),
  );
});

it('looks at each version once, however many machines run it', () => {
  const judged: string[] = [];
  const standings = versionStandings(imagesWith(['1.0.0', '1.1.0']), ({ version }) => {
    judged.push(version);
    return 'published';
  });
  for (let machine = 0; machine < 3; machine += 1) summaryOf('1.0.0', standings);
  expect(judged).toStrictEqual(['1.0.0', '1.1.0']);
});

describe('whoever starts a machine', () => {
  const version = { image_name: 'web', version: '1.0.0' };
  it('is warned of a version that is not for new ones, and told what to take', () => {
    expect(warningOf({ ...version, state: 'revoked' })).toBe(
      'web@1.0.0 is revoked: start VMs from another version',
    );
    expect(warningOf({ ...version, state: 'deprecated', replacement_version: '1.1.0' })).toBe(
      'web@1.0.0 is deprecated: start VMs from web@1.1.0',
    );
  });
  it('hears nothing of one that is', () =>
    expect(warningOf({ ...version, state: 'published' })).toBeUndefined());
});
