import fc from 'fast-check';
import semver from 'semver';
import { nextVersion, type NamingRequest, type VersionContent } from './next-version.js';

const debian = (...taskservs: string[]): VersionContent => ({ baseOs: 'debian', osVersion: '12', taskservs });
const semantic = { naming: 'semantic', now: '2026-11-23T09:38:05.123Z' } as const;

const named = (rest: Partial<NamingRequest>) =>
  nextVersion({ ...semantic, standing: [], content: debian('nginx'), ...rest });
const version = (name: string) => ({ ok: true, version: name });
const standing = (name: string, content = debian('nginx')) => ({ version: name, content });

describe('semantic numbers', () => {
  it('begin with 1.0.0', () => expect(named({})).toStrictEqual(version('1.0.0')));

  it('raise the patch when the taskservs are the same', () =>
    expect(named({ standing: [standing('1.0.0')] })).toStrictEqual(version('1.0.1')));

  it('raise the minor when the taskservs grew', () =>
    expect(named({ standing: [standing('1.0.3')], content: debian('nginx', 'redis') })).toStrictEqual(
      version('1.1.0'),
    ));

  it('raise the major when a taskserv was removed, even if another came', () =>
    expect(named({ standing: [standing('1.2.3')], content: debian('redis') })).toStrictEqual(
      version('2.0.0'),
    ));

  it('raise the major when the distribution or its release changed', () => {
    const release = { ...debian('nginx'), osVersion: '13' };
    const distribution = { ...debian('nginx'), baseOs: 'ubuntu' };
    expect(named({ standing: [standing('1.2.3')], content: release })).toStrictEqual(version('2.0.0'));
    expect(named({ standing: [standing('1.2.3')], content: distribution })).toStrictEqual(version('2.0.0'));
  });

  it('raise what was asked for', () =>
    expect(named({ standing: [standing('1.2.3')], bump: 'minor' })).toStrictEqual(version('1.3.0')));

  it('count from the highest, not from the last', () =>
    expect(named({ standing: [standing('1.10.0'), standing('1.9.0')] })).toStrictEqual(version('1.10.1')));

  it('finish a release candidate', () =>
    expect(named({ standing: [standing('2.0.0-rc.1')] })).toStrictEqual(version('2.0.0')));
});

describe('other ways to number', () => {
  it('names a version after the moment', () =>
    expect(named({ naming: 'timestamp' })).toStrictEqual(version('2026.1123.93805')));

  it('stays above a version of the same second', () =>
    expect(named({ naming: 'timestamp', standing: [standing('2026.1123.93805')] })).toStrictEqual(
      version('2026.1123.93806'),
    ));

  it('counts', () => {
    expect(named({ naming: 'sequential' })).toStrictEqual(version('1.0.0'));
    expect(named({ naming: 'sequential', standing: [standing('6.0.0')] })).toStrictEqual(version('7.0.0'));
  });

  it('lets a bump that was asked for go before', () =>
    expect(named({ naming: 'sequential', standing: [standing('6.0.0')], bump: 'patch' })).toStrictEqual(
      version('6.0.1'),
    ));
});

describe('a number named explicitly', () => {
  it('is taken as it is, also below the highest', () =>
    expect(named({ explicit: '1.0.5', standing: [standing('2.0.0')] })).toStrictEqual(version('1.0.5')));

  it('is refused when it stands already', () =>
    expect(named({ explicit: '1.0.5', standing: [standing('1.0.5')] })).toStrictEqual({
      ok: false,
      rejection: { code: 'VERSION_EXISTS', version: '1.0.5' },
    }));

  it.each(['1.0', 'v1.0.0', 'latest', '', '1.0.0+build', '01.0.0', ' 1.0.0', '1.0.1000000000'])(
    'is refused when it is %j',
    (explicit) =>
      expect(named({ explicit })).toMatchObject({ ok: false, rejection: { code: 'VERSION_MALFORMED' } }),
  );
});

it('is above every standing number, however they came about', () => {
  const part = fc.integer({ min: 0, max: 3000 });
  const content = fc.subarray(['nginx', 'redis', 'etcd']).map((taskservs) => debian(...taskservs));
  const stands = fc.record({ version: fc.tuple(part, part, part).map((parts) => parts.join('.')), content });
  const request = fc.record({
    naming: fc.constantFrom('semantic', 'timestamp', 'sequential'),
    standing: fc.array(stands),
    content,
    bump: fc.constantFrom('major', 'minor', 'patch', undefined),
    now: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  });
  fc.assert(
    fc.property(request, (asked) => {
      const answer = nextVersion(asked);
      const name = answer.ok ? answer.version : '';
      expect(semver.valid(name)).toBe(name);
      for (const { version: other } of asked.standing) expect(semver.gt(name, other)).toBe(true);
    }),
  );
});
