import { accept, fold, reject, scenario } from '@gild/kernel';
import type { JobEvent } from '@gild/contracts';
import fc from 'fast-check';
import { reportedBuild } from './reported-build.js';
import { includesAttempt, version } from './version.js';

const digest = (letter: string) => letter.repeat(64);
const artifact = (letter: string) => ({
  object: { key: `images/${digest(letter)}.qcow2`, sha256: digest(letter), sizeBytes: 7 },
  arch: 'x86_64',
  format: 'qcow2' as const,
  virtualSizeBytes: 10_737_418_240,
  rootfsSha256: digest('f'),
  packages: { key: `packages/${digest('e')}.json`, sha256: digest('e'), sizeBytes: 2 },
  taskservVersions: { nginx: '1.22.1-9' },
});
const publication = (letter: string, jobId = 'job1') => ({
  imageName: 'web',
  version: '1.0.0',
  buildNumber: 1,
  jobId,
  attempt: 1,
  createdBy: 'ada',
  definition: {},
  definitionDigest: digest('d'),
  inputDigest: digest('a'),
  artifact: artifact(letter),
});
const publish = (letter: string, jobId?: string) =>
  ({ type: 'PublishVersion', data: publication(letter, jobId) }) as const;
const published = { type: 'VersionPublished', data: publication('b') } as const;
const refusal = (attempt: number) => ({ jobId: 'job1', attempt, message: 'the object has 6 bytes, not 7' });
const refuse = (attempt: number, isHeld = true) =>
  ({ type: 'RefuseArtifact', data: { ...refusal(attempt), isHeld } }) as const;
const refused = (attempt: number) => ({ type: 'ArtifactRefused', data: refusal(attempt) }) as const;
const attemptOf = (attempt: number, jobId = 'job1') => ({ jobId, attempt, checksum: digest('b') });
const acceptAll = (...artifacts: ReturnType<typeof attemptOf>[]) =>
  ({ type: 'AcceptArtifacts', data: { artifacts } }) as const;
const accepted = (...artifacts: ReturnType<typeof attemptOf>[]) =>
  ({ type: 'ArtifactsAccepted', data: { artifacts } }) as const;
const given = scenario(version);

describe('a version', () => {
  it('is published', () => expect(given().when(publish('b'))).toStrictEqual(accept(published)));
  it('is published once', () => expect(given(published).when(publish('b'))).toStrictEqual(accept()));
  it('never changes its bytes', () =>
    expect(given(published).when(publish('c'))).toStrictEqual(
      reject({ code: 'VERSION_EXISTS', checksum: digest('b') }),
    ));
  it('belongs to one build, even when another made the same bytes', () =>
    expect(given(published).when(publish('b', 'job2'))).toStrictEqual(
      reject({ code: 'VERSION_EXISTS', checksum: digest('b') }),
    ));
  it('records a damaged artifact', () => expect(given().when(refuse(1))).toStrictEqual(accept(refused(1))));
  it('records it once per attempt', () => {
    expect(given(refused(1)).when(refuse(1))).toStrictEqual(accept());
    expect(given(refused(1)).when(refuse(2))).toStrictEqual(accept(refused(2)));
  });
  it('can be published after an artifact was refused', () =>
    expect(given(refused(1)).when(publish('b'))).toStrictEqual(accept(published)));
  it('refuses neither what it was published from nor a later attempt of its build', () => {
    const exists = reject({ code: 'VERSION_EXISTS', checksum: digest('b') });
    expect(given(published).when(refuse(1))).toStrictEqual(exists);
    expect(given(published).when(refuse(2))).toStrictEqual(exists);
  });
});

describe('a version for several architectures', () => {
  const further = (letter: string, attempt = 1) => ({
    ...{ jobId: 'job2', attempt, inputDigest: digest('9') },
    artifact: { ...artifact(letter), arch: 'aarch64' },
  });
  const both = (letter: string) => ({ ...publication('b'), others: [further(letter)] });
  const publishBoth = (letter: string) => ({ type: 'PublishVersion', data: both(letter) }) as const;
  const publishedBoth = { type: 'VersionPublished', data: both('c') } as const;

  it('is published once with all of them', () => {
    expect(given().when(publishBoth('c'))).toStrictEqual(accept(publishedBoth));
    expect(given(publishedBoth).when(publishBoth('c'))).toStrictEqual(accept());
  });
  it('changes the bytes of none of them, and gets and loses none', () => {
    const exists = reject({ code: 'VERSION_EXISTS', checksum: digest('b') });
    expect(given(publishedBoth).when(publishBoth('e'))).toStrictEqual(exists);
    expect(given(publishedBoth).when(publish('b'))).toStrictEqual(exists);
    expect(given(published).when(publishBoth('c'))).toStrictEqual(exists);
  });
  it('refuses nothing it was published from', () => {
    const data = { ...refusal(1), jobId: 'job2', isHeld: true };
    expect(given(publishedBoth).when({ type: 'RefuseArtifact', data })).toStrictEqual(
      reject({ code: 'VERSION_EXISTS', checksum: digest('b') }),
    );
  });
});

describe('the verdict on an artifact', () => {
  const both = [attemptOf(1), attemptOf(1, 'job2')] as const;
  it('is that all of a version are accepted, once', () => {
    expect(given().when(acceptAll(...both))).toStrictEqual(accept(accepted(...both)));
    expect(given(accepted(...both)).when(acceptAll(...both))).toStrictEqual(accept());
    expect(given(accepted(...both), published).when(acceptAll(...both))).toStrictEqual(accept());
  });
  it('stays that it was refused, and nothing is accepted with it', () =>
    expect(given(refused(1)).when(acceptAll(...both))).toStrictEqual(reject({ code: 'ARTIFACT_REFUSED' })));
  it('stays that it was accepted while the number is held', () => {
    expect(given(accepted(...both)).when(refuse(1))).toStrictEqual(reject({ code: 'ARTIFACT_ACCEPTED' }));
    expect(given(accepted(...both)).when(refuse(1, false))).toStrictEqual(accept(refused(1)));
  });
  it('is of one attempt, not of the next', () => {
    expect(given(accepted(attemptOf(1))).when(refuse(2))).toStrictEqual(accept(refused(2)));
    expect(given(refused(1)).when(acceptAll(attemptOf(2)))).toStrictEqual(accept(accepted(attemptOf(2))));
  });
  it('comes too late for a version that is published', () =>
    expect(given(published).when(acceptAll(attemptOf(1)))).toStrictEqual(
      reject({ code: 'VERSION_EXISTS', checksum: digest('b') }),
    ));
  it('is never both, in whatever order registries judge while the number is held', () => {
    const attempt = fc.integer({ min: 1, max: 2 });
    const commands = fc.array(
      fc.oneof(
        attempt.map((it) => refuse(it)),
        fc
          .array(attempt, { minLength: 1, maxLength: 2 })
          .map((all) => acceptAll(...all.map((it) => attemptOf(it)))),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(commands, (all) => {
        let state = version.initial;
        for (const each of all) {
          const decision = version.decide(each, state);
          if (decision.ok) state = decision.events.reduce(version.evolve, state);
        }
        const isBoth = state.accepted.some((it) => includesAttempt(state.refused, it));
        expect(isBoth).toBe(false);
      }),
    );
  });
});

describe('a build seen by the registry', () => {
  const reported = (attempt: number): JobEvent => ({
    type: 'ArtifactReported',
    data: { attempt, artifact: artifact('b') },
  });
  const failure = { class: 'infrastructure', code: 'STORE_IO', message: 'gone' } as const;
  const after = (...events: JobEvent[]) => fold(reportedBuild, events);

  it('awaits publication once it reported an artifact', () =>
    expect(after(reported(1))).toStrictEqual({
      ended: false,
      artifacts: { 1: artifact('b') },
      awaiting: 1,
    }));
  it('awaits nothing when that attempt failed or was lost after all', () => {
    const rest = { ended: false, artifacts: { 1: artifact('b') } };
    expect(after(reported(1), { type: 'AttemptFailed', data: { attempt: 1, failure } })).toStrictEqual(rest);
    expect(
      after(reported(1), { type: 'AttemptLost', data: { attempt: 1, agentId: 'one', message: 'silent' } }),
    ).toStrictEqual(rest);
  });
  it('keeps the report when an earlier attempt failed', () =>
    expect(after(reported(2), { type: 'AttemptFailed', data: { attempt: 1, failure } }).awaiting).toBe(2));
  it('ends by failure or cancellation', () => {
    const failed: JobEvent = { type: 'BuildFailed', data: { failure, attempts: 1 } };
    expect(after(failed)).toMatchObject({ ended: true, why: 'gone' });
    const cancelled: JobEvent = { type: 'BuildCancelled', data: { by: 'ada' } };
    expect(after(cancelled)).toMatchObject({ ended: true, why: 'cancelled by ada' });
  });
});
