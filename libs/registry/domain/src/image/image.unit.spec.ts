import type { ImageEvent } from '@gild/contracts';
import { accept, fold, reject, scenario } from '@gild/kernel';
import fc from 'fast-check';
import semver from 'semver';
import { answeringVersion } from './image-state.js';
import { image, type ImageCommand } from './image.js';
import type { ReserveVersion } from './reserve-version.js';

const digest = (letter: string) => letter.repeat(64);
const definition = { name: 'web', base_os: 'debian', os_version: '12' };
const request: ReserveVersion = {
  jobId: 'job1',
  imageName: 'web',
  arch: 'x86_64',
  definition,
  definitionDigest: digest('d'),
  inputDigest: digest('a'),
  taskservs: ['nginx'],
  naming: 'semantic',
  bootTest: true,
  reuse: true,
  autoCreate: true,
  now: '2026-11-23T09:38:05.123Z',
};
const reserve = (rest: Partial<ReserveVersion> = {}) =>
  ({ type: 'ReserveVersion', data: { ...request, ...rest } }) as const;
const defined: ImageEvent = {
  type: 'ImageDefined',
  data: { imageName: 'web', definition, definitionDigest: digest('d') },
};
const reserved = (
  version: string,
  jobId: string,
  { inputDigest = digest('a'), buildNumber = 1, bootTest = true } = {},
): ImageEvent => ({
  type: 'VersionReserved',
  data: {
    version,
    buildNumber,
    jobId,
    arch: 'x86_64',
    inputDigest,
    taskservs: ['nginx'],
    bootTest,
    definition,
    definitionDigest: digest('d'),
  },
});
const holder = (version: string, jobId: string) => ({ version, jobId });
const confirmation = (version: string, jobId: string, attempt = 1) => ({
  ...holder(version, jobId),
  attempt,
  checksum: digest('c'),
});
const confirmed = (version: string, jobId: string): ImageEvent => ({
  type: 'VersionConfirmed',
  data: confirmation(version, jobId),
});
const confirm = (version: string, jobId: string, attempt?: number) =>
  ({ type: 'ConfirmVersion', data: confirmation(version, jobId, attempt) }) as const;
const released = (version: string, jobId: string): ImageEvent => ({
  type: 'VersionReleased',
  data: holder(version, jobId),
});
const release = (version: string, jobId: string) =>
  ({ type: 'ReleaseVersion', data: holder(version, jobId) }) as const;

const given = scenario(image);

describe('reserving a version', () => {
  it('defines the image and reserves its first number in one decision', () =>
    expect(given().when(reserve())).toStrictEqual(accept(defined, reserved('1.0.0', 'job1'))));

  it('does not define again what did not change', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1')).when(reserve({ jobId: 'job2', inputDigest: digest('b') })),
    ).toStrictEqual(accept(reserved('1.0.1', 'job2', { inputDigest: digest('b'), buildNumber: 2 }))));

  it('records the image it starts from', () => {
    const base = { imageName: 'base', version: '1.2.0' };
    expect(given().when(reserve({ base }))).toMatchObject({ events: [{}, { data: { base } }] });
  });

  it('reserves once for a job that asks again, whatever it asks', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1')).when(reserve({ inputDigest: digest('b'), reuse: false })),
    ).toStrictEqual(accept()));

  it('lets the build of equal inputs answer', () =>
    expect(given(defined, reserved('1.0.0', 'job1')).when(reserve({ jobId: 'job2' }))).toStrictEqual(
      accept(),
    ));

  it('defines the image as it was last asked for, also where a build or version of equal inputs answers', () => {
    const otherwise = { definition: { ...definition, auto_rebuild: true }, definitionDigest: digest('e') };
    const redefined = { type: 'ImageDefined', data: { imageName: 'web', ...otherwise } } as const;
    const before = [defined, reserved('1.0.0', 'job1')];
    expect(given(...before).when(reserve({ jobId: 'job2', ...otherwise }))).toStrictEqual(accept(redefined));
    expect(given(...before, redefined).when(reserve({ jobId: 'job3', ...otherwise }))).toStrictEqual(
      accept(),
    );
    expect(given(...before, redefined).when(reserve())).toStrictEqual(accept());
  });

  it('lets the version of equal inputs answer', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1')).when(reserve({ jobId: 'job2' })),
    ).toStrictEqual(accept()));

  it('builds equal inputs again when that is asked for', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2', reuse: false }),
      ),
    ).toStrictEqual(accept(reserved('1.0.1', 'job2', { buildNumber: 2 }))));

  it('lets no image that nobody booted answer for one that is to be booted', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1', { bootTest: false }), confirmed('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2' }),
      ),
    ).toStrictEqual(accept(reserved('1.0.1', 'job2', { buildNumber: 2 }))));

  it('lets a booted image answer for one that need not be booted', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2', bootTest: false }),
      ),
    ).toStrictEqual(accept()));

  it('takes an image recorded without a word about it for a booted one', () => {
    const { bootTest: _, ...data } = reserve().data;
    const before = { ...data, version: '1.0.0', buildNumber: 1 };
    expect(
      given(defined, { type: 'VersionReserved', data: before }).when(reserve({ jobId: 'job2' })),
    ).toStrictEqual(accept());
  });

  it('gives whoever raises a part of the number a new one, though nothing changed', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2', bump: 'major' }),
      ),
    ).toStrictEqual(accept(reserved('2.0.0', 'job2', { buildNumber: 2 }))));

  it('joins a build under way even when published versions may not answer', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1')).when(reserve({ jobId: 'job2', reuse: false })),
    ).toStrictEqual(accept()));

  it('builds equal inputs again under another number that is named', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2', version: '3.0.0' }),
      ),
    ).toStrictEqual(accept(reserved('3.0.0', 'job2', { buildNumber: 2 }))));

  it('refuses a number that another build holds', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1')).when(
        reserve({ jobId: 'job2', inputDigest: digest('b'), version: '1.0.0' }),
      ),
    ).toStrictEqual(reject({ code: 'VERSION_EXISTS', version: '1.0.0' })));

  it('gives no number by itself where that is not wanted, but lets an equal version answer', () => {
    const asked = reserve({ jobId: 'job2', autoCreate: false });
    expect(given().when(asked)).toStrictEqual(reject({ code: 'VERSION_NOT_NAMED' }));
    expect(given(defined, reserved('1.0.0', 'job1')).when(asked)).toStrictEqual(accept());
    expect(given().when(reserve({ autoCreate: false, bump: 'major' }))).toMatchObject({ ok: true });
    expect(given().when(reserve({ autoCreate: false, version: '1.0.0' }))).toMatchObject({ ok: true });
  });

  it('refuses a number that is none', () =>
    expect(given().when(reserve({ version: 'one' }))).toMatchObject(
      reject({ code: 'VERSION_MALFORMED', version: 'one' }),
    ));

  it('gives a number that was given back again, under the next build number', () =>
    expect(
      given(defined, reserved('1.0.0', 'job1'), released('1.0.0', 'job1')).when(reserve({ jobId: 'job2' })),
    ).toStrictEqual(accept(reserved('1.0.0', 'job2', { buildNumber: 2 }))));
});

describe('confirming and releasing a version', () => {
  const held = given(defined, reserved('1.0.0', 'job1'));
  const taken = given(defined, reserved('1.0.0', 'job1'), confirmed('1.0.0', 'job1'));

  it('confirms the number of the build that holds it', () =>
    expect(held.when(confirm('1.0.0', 'job1'))).toStrictEqual(accept(confirmed('1.0.0', 'job1'))));
  it('confirms once', () => expect(taken.when(confirm('1.0.0', 'job1'))).toStrictEqual(accept()));
  it('refuses to confirm a second artifact', () =>
    expect(taken.when(confirm('1.0.0', 'job1', 2))).toStrictEqual(reject({ code: 'VERSION_CONFIRMED' })));
  it('refuses to confirm what another build holds', () =>
    expect(held.when(confirm('1.0.0', 'job2'))).toStrictEqual(reject({ code: 'VERSION_NOT_HELD' })));
  it('gives a number back', () =>
    expect(held.when(release('1.0.0', 'job1'))).toStrictEqual(accept(released('1.0.0', 'job1'))));
  it('gives it back once', () => expect(given().when(release('1.0.0', 'job1'))).toStrictEqual(accept()));
  it('leaves a number alone that another build holds', () =>
    expect(held.when(release('1.0.0', 'job2'))).toStrictEqual(accept()));
  it('leaves the number alone that a build holds since it gave back the one that is named', () => {
    const again = given(
      ...[defined, reserved('1.0.0', 'job1'), released('1.0.0', 'job1')],
      reserved('1.0.1', 'job1', { buildNumber: 2 }),
    );
    expect(again.when(release('1.0.0', 'job1'))).toStrictEqual(accept());
    expect(again.when(confirm('1.0.0', 'job1'))).toStrictEqual(reject({ code: 'VERSION_NOT_HELD' }));
  });
  it('never gives back what was confirmed', () =>
    expect(taken.when(release('1.0.0', 'job1'))).toStrictEqual(reject({ code: 'VERSION_CONFIRMED' })));
});

describe('any interleaving of builds', () => {
  const job = fc.integer({ min: 1, max: 3 });
  type Step =
    | { kind: 'reserve'; job: number; inputs: string; reuse: boolean }
    | { kind: 'confirm' | 'release'; job: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('reserve' as const),
      job,
      inputs: fc.constantFrom('a', 'b', 'c'),
      reuse: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('confirm' as const, 'release' as const), job }),
  );

  const commandOf = (events: readonly ImageEvent[], next: Step): ImageCommand => {
    const jobId = `job${String(next.job)}`;
    if (next.kind === 'reserve')
      return reserve({ jobId, inputDigest: digest(next.inputs), reuse: next.reuse });
    const mine = events.findLast((event) => event.type === 'VersionReserved' && event.data.jobId === jobId);
    const number = mine?.type === 'VersionReserved' ? mine.data.version : '1.0.0';
    return next.kind === 'confirm' ? confirm(number, jobId) : release(number, jobId);
  };

  /** All events of the steps, with what stood before each of them. */
  const play = (steps: readonly Step[], see: (event: ImageEvent, before: readonly ImageEvent[]) => void) => {
    const events: ImageEvent[] = [];
    for (const next of steps) {
      const decision = image.decide(commandOf(events, next), fold(image, events));
      const decided = decision.ok ? decision.events : [];
      for (const event of decided) see(event, events);
      events.push(...decided);
    }
    return events;
  };

  const standingIn = (events: readonly ImageEvent[]) => {
    const state = fold(image, events);
    return state.status === 'known' ? state.held : [];
  };

  it('gives every number to one build at a time, each above all that stand', () =>
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        play(steps, (event, before) => {
          if (event.type !== 'VersionReserved') return;
          for (const held of standingIn(before))
            expect(semver.gt(event.data.version, held.version)).toBe(true);
        });
      }),
    ));

  it('never takes back or gives away a number that was confirmed', () =>
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const forGood = new Set<string>();
        play(steps, (event) => {
          if (!('jobId' in event.data)) return;
          const { version } = event.data;
          if (forGood.has(version)) throw new Error(`${event.type} of ${version}, which was confirmed`);
          if (event.type === 'VersionConfirmed') forGood.add(version);
        });
      }),
    ));

  it('answers every accepted request for a number', () =>
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const events: ImageEvent[] = [];
        for (const next of steps) {
          const asked = commandOf(events, next);
          const decision = image.decide(asked, fold(image, events));
          events.push(...(decision.ok ? decision.events : []));
          if (asked.type === 'ReserveVersion')
            expect(answeringVersion(fold(image, events), asked.data)).toBeDefined();
        }
      }),
    ));
});

describe('a build of the definition on record', () => {
  it('is refused once the image was defined otherwise', () =>
    expect(scenario(image)(defined).when(reserve({ definedAs: digest('e') }))).toStrictEqual(
      reject({ code: 'DEFINITION_CHANGED' }),
    ));
  it('defines nothing, also where its definition is resolved otherwise now', () => {
    const decision = scenario(image)(defined).when(
      reserve({ definedAs: digest('d'), definitionDigest: digest('f') }),
    );
    expect(decision.ok && decision.events.map(({ type }) => type)).toStrictEqual(['VersionReserved']);
  });
});
