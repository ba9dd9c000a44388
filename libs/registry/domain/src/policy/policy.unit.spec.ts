import { DEFAULT_POLICY, resolvePolicy, type PolicyEvent } from '@gild/contracts';
import { accept, fold, scenario } from '@gild/kernel';
import { policy } from './policy.js';

const strict = resolvePolicy({ max_parallel_builds: 1 });
const set = (document: typeof strict): PolicyEvent => ({
  type: 'PolicySet',
  data: { policy: document, by: 'ada' },
});
const ask = (document: typeof strict) =>
  ({ type: 'SetPolicy', data: { policy: document, by: 'ada' } }) as const;
const change = (changes: Record<string, unknown>) =>
  ({ type: 'ChangePolicy', data: { changes, by: 'ada' } }) as const;
const given = scenario(policy);

describe('the policy', () => {
  it('is the default until somebody sets one', () =>
    expect(fold(policy, [])).toStrictEqual({ policy: DEFAULT_POLICY, changes: 0 }));
  it('becomes what is set', () => {
    expect(given().when(ask(strict))).toStrictEqual(accept(set(strict)));
    expect(fold(policy, [set(strict)])).toStrictEqual({ policy: strict, changes: 1 });
  });
  it('does not change by being set to what it is', () => {
    expect(given().when(ask(DEFAULT_POLICY))).toStrictEqual(accept());
    expect(given(set(strict)).when(ask(strict))).toStrictEqual(accept());
  });
  it('keeps what a change does not name', () => {
    const both = { ...strict, cache_enabled: false };
    expect(given(set(strict)).when(change({ cache_enabled: false }))).toStrictEqual(accept(set(both)));
    expect(given(set(strict)).when(change({ max_parallel_builds: 1 }))).toStrictEqual(accept());
  });
  it('takes the default release of another distribution, not that of the one before', () => {
    const decision = given().when(change({ default_os: 'debian' }));
    expect(decision.ok && decision.events[0]?.data.policy).toMatchObject({
      ...{ default_os: 'debian', default_version: '12' },
    });
  });
  it('refuses a change that makes no sense, and says all that is wrong with it', () => {
    const decision = given().when(change({ max_parallel_builds: 0, colour: 'red' }));
    expect(decision.ok ? [] : decision.rejection.violations.map(({ path }) => path)).toStrictEqual([
      'max_parallel_builds',
      'colour',
    ]);
  });
  it.each(['images', '/', '//', '/srv/../etc', '/srv/..', '/srv/\0', ''])(
    'refuses %j as the folder of caches',
    (location) => {
      const decision = given().when(change({ cache_location: location }));
      expect(decision.ok ? [] : decision.rejection.violations.map(({ path }) => path)).toStrictEqual([
        'cache_location',
      ]);
    },
  );
  it.each(['/srv', '/srv/images/', '/srv/a..b'])('takes %j as the folder of caches', (location) =>
    expect(given().when(change({ cache_location: location })).ok).toBe(true),
  );
  it('keeps a folder of caches that an older release took', () =>
    expect(
      fold(policy, [{ type: 'PolicySet', data: { policy: { cache_location: 'images' }, by: 'ada' } }]).policy,
    ).toMatchObject({ cache_location: 'images' }));
  it('fills what an older release did not know', () =>
    expect(
      fold(policy, [{ type: 'PolicySet', data: { policy: { max_parallel_builds: 7 }, by: 'ada' } }]),
    ).toStrictEqual({ policy: { ...DEFAULT_POLICY, max_parallel_builds: 7 }, changes: 1 }));
});
