import type { ConfirmedArtifact, ImageEvent, VersionPart } from '@gild/contracts';
import { accept, fold, reject, scenario } from '@gild/kernel';
import fc from 'fast-check';
import { answeringVersion, type ImageState } from './image-state.js';
import { image, type ImageCommand } from './image.js';
import type { ReserveVersion } from './reserve-version.js';

const digest = (text: string) => text.padEnd(64, '0');
const ARCHES = ['x86_64', 'aarch64', 'riscv64'];
const request: Omit<ReserveVersion, 'arch' | 'jobId' | 'inputDigest'> = {
  imageName: 'web',
  definition: { name: 'web', base_os: 'debian', os_version: '12' },
  definitionDigest: digest('d'),
  taskservs: ['nginx'],
  naming: 'semantic',
  bootTest: true,
  reuse: true,
  autoCreate: true,
  now: '2026-11-23T09:38:05.123Z',
};
const partsFor = (job: string, count: number, inputs = 'a'): VersionPart[] =>
  ARCHES.slice(0, count).map((arch, index) => ({
    ...{ arch, jobId: `${job}${String(index)}` },
    inputDigest: digest(`${inputs}${String(index)}`),
  }));
const reserve = (parts: readonly VersionPart[]): { type: 'ReserveVersion'; data: ReserveVersion } => {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a version has a part');
  const data = { ...request, ...first, ...(others.length > 0 && { parts: [...parts] }) };
  return { type: 'ReserveVersion', data };
};
const artifactOf = ({ jobId }: Pick<VersionPart, 'jobId'>, attempt = 1): ConfirmedArtifact => ({
  ...{ jobId, attempt },
  checksum: digest(`c${jobId}${String(attempt)}`),
});
const confirm = (version: string, artifacts: readonly ConfirmedArtifact[]): ImageCommand => {
  const [first, ...others] = artifacts;
  if (first === undefined) throw new Error('nothing to confirm');
  return { type: 'ConfirmVersion', data: { version, ...first, ...(others.length > 0 && { others }) } };
};
const after = (...commands: ImageCommand[]): ImageEvent[] => {
  const events: ImageEvent[] = [];
  for (const command of commands) {
    const decision = image.decide(command, fold(image, events));
    if (!decision.ok) throw new Error(decision.rejection.code);
    events.push(...decision.events);
  }
  return events;
};

describe('a number for several architectures', () => {
  const parts = partsFor('job', 2);
  const [one, other] = parts.map((part) => artifactOf(part));
  const held = after(reserve(parts));
  const given = scenario(image)(...held);

  it('is one, with a job for each', () => {
    expect(held).toHaveLength(2);
    expect(held[1]).toMatchObject({
      type: 'VersionReserved',
      data: { version: '1.0.0', buildNumber: 1, jobId: 'job0', arch: 'x86_64', parts },
    });
  });

  it('is confirmed with an artifact of every job, in their order', () => {
    if (one === undefined || other === undefined) throw new Error('two parts');
    expect(given.when(confirm('1.0.0', [one, other]))).toMatchObject({
      ok: true,
      events: [{ type: 'VersionConfirmed', data: { jobId: 'job0', others: [other] } }],
    });
    const incomplete = reject({ code: 'VERSION_INCOMPLETE' });
    expect(given.when(confirm('1.0.0', [one]))).toStrictEqual(incomplete);
    expect(given.when(confirm('1.0.0', [one, one]))).toStrictEqual(incomplete);
    expect(given.when(confirm('1.0.0', [one, other, artifactOf({ jobId: 'x' })]))).toStrictEqual(incomplete);
    expect(given.when(confirm('1.0.0', [other, one]))).toStrictEqual(reject({ code: 'VERSION_NOT_HELD' }));
    const taken = scenario(image)(...after(reserve(parts), confirm('1.0.0', [one, other])));
    expect(taken.when(confirm('1.0.0', [one, other]))).toStrictEqual(accept());
    const again = confirm('1.0.0', [one, artifactOf({ jobId: 'job1' }, 2)]);
    expect(taken.when(again)).toStrictEqual(reject({ code: 'VERSION_CONFIRMED' }));
  });

  it('answers who asks for the same ones, and once it is published also who asks for some of them', () => {
    const same = reserve(partsFor('late', 2)).data;
    const some = reserve(partsFor('late', 2).slice(1)).data;
    const more = reserve(partsFor('late', 3)).data;
    const underWay = fold(image, held);
    expect(answeringVersion(underWay, same)?.version).toBe('1.0.0');
    expect(answeringVersion(underWay, some)).toBeUndefined();
    if (one === undefined || other === undefined) throw new Error('two parts');
    const published = fold(image, after(reserve(parts), confirm('1.0.0', [one, other])));
    expect(answeringVersion(published, same)?.version).toBe('1.0.0');
    expect(answeringVersion(published, some)?.version).toBe('1.0.0');
    expect(answeringVersion(published, more)).toBeUndefined();
    expect(answeringVersion(published, { ...some, reuse: false })).toBeUndefined();
  });
});

describe('any builds for several architectures', () => {
  type Step = { kind: 'reserve' | 'confirm' | 'release'; job: number; count: number; picks: number[] };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('reserve', 'confirm', 'confirm', 'release'),
    job: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 3 }),
    picks: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  });

  const commandOf = ({ kind, job, count, picks }: Step, events: readonly ImageEvent[]): ImageCommand => {
    const name = `job${String(job)}.`;
    if (kind === 'reserve') return reserve(partsFor(name, count, String(job)));
    const mine = events.findLast((it) => it.type === 'VersionReserved' && it.data.jobId === `${name}0`);
    const version = mine?.type === 'VersionReserved' ? mine.data.version : '1.0.0';
    if (kind === 'release') return { type: 'ReleaseVersion', data: { version, jobId: `${name}0` } };
    const all = partsFor(name, 3);
    return confirm(
      version,
      picks.flatMap((index) => all[index] ?? []).map((part) => artifactOf(part)),
    );
  };

  /** Every event of the steps, with the state before its decision. */
  const play = (steps: readonly Step[], see: (event: ImageEvent, before: ImageState) => void): void => {
    const events: ImageEvent[] = [];
    for (const next of steps) {
      const before = fold(image, events);
      const decision = image.decide(commandOf(next, events), before);
      const decided = decision.ok ? decision.events : [];
      for (const event of decided) see(event, before);
      events.push(...decided);
    }
  };
  const partsOfNumber = (state: ImageState, version: string): readonly VersionPart[] =>
    (state.status === 'known' ? state.held : []).find((it) => it.version === version)?.parts ?? [];

  it('are confirmed with one artifact for each architecture of the number, once, or never', () => {
    const sizes = new Set<number>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const forGood = new Set<string>();
        play(steps, (event, before) => {
          if (!('jobId' in event.data)) return;
          expect(forGood).not.toContain(event.data.version);
          if (event.type !== 'VersionConfirmed') return;
          const { version, jobId, others = [] } = event.data;
          const jobs = [jobId, ...others.map((it) => it.jobId)];
          expect(jobs).toStrictEqual(partsOfNumber(before, version).map((it) => it.jobId));
          forGood.add(version);
          sizes.add(jobs.length);
        });
      }),
      { numRuns: 500 },
    );
    expect(sizes).toContain(2);
  });
});
