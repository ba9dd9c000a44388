import { Fault } from '@gild/ports';
import { failureIn, farm } from './builder-under-test.spec.js';

const HOUR_MS = 3_600_000;

/** A store that answers with the fault until it is told otherwise, and the facts of a build that meets it. */
const parkedBy = async (fault: Fault) => {
  const { deps, objects, store, running, clock, stored } = farm();
  const inputs = await store([]);
  let isDown = true;
  let tries = 0;
  deps.objects = {
    ...objects,
    putFile: (key, path, how) => {
      if (!key.startsWith('images/') || !isDown) return objects.putFile(key, path, how);
      tries += 1;
      return Promise.reject(fault);
    },
  };
  const build = running(inputs, { timeoutMs: HOUR_MS });
  for (let turn = 0; tries === 0; turn += 1) await (turn < 100 ? clock.settle() : Promise.reject(fault));
  return { ...build, clock, stored, tries: () => tries, mend: () => (isDown = false) };
};
const ofParking = (facts: readonly { type: string }[]) =>
  facts.filter(({ type }) => type.startsWith('Attempt') || type === 'ArtifactReported');

it.each([
  ['row 11: a store that is away', new Fault('STORE_IO', 'no answer', { retryable: true })],
  ['row 12: a full store', new Fault('STORE_FULL', 'it is full; free some space', { retryable: true })],
])('%s parks the build at its upload, with the reason, and it goes on by itself', async (_, fault) => {
  const { facts, done, clock, tries, mend, stored } = await parkedBy(fault);
  await clock.advance(40_000);
  const { code, message } = fault;
  const parked = { type: 'AttemptParked', data: { attempt: 1, reason: { code, message } } };
  expect(ofParking(facts)).toStrictEqual([parked]);
  expect(facts.filter(({ type }) => type.startsWith('Step')).at(-1)).toMatchObject({
    ...{ type: 'StepStarted', data: { step: 'upload' } },
  });
  expect(tries()).toBe(4); // at once, and after 5, 10 and 20 s
  mend();
  await clock.advance(40_000);
  await done;
  expect(ofParking(facts)).toMatchObject([
    parked,
    { type: 'AttemptResumed', data: { attempt: 1 } },
    { type: 'ArtifactReported' },
  ]);
  expect([...stored.keys()].some((key) => key.startsWith('images/'))).toBe(true);
});

it('row 12: neither the build nor its step is over its time for having been parked longer than both may take', async () => {
  const fault = new Fault('STORE_FULL', 'it is full', { retryable: true });
  const { facts, done, clock, mend } = await parkedBy(fault);
  await clock.advance(5 * HOUR_MS); // an upload may take four
  expect(facts.at(-1)).toMatchObject({ type: 'AttemptParked' });
  mend();
  await clock.advance(60_000);
  await done;
  expect(facts.at(-1)).toMatchObject({ type: 'ArtifactReported' });
  const upload = facts.find((it) => it.type === 'StepFinished' && it.data.step === 'upload');
  expect(upload).toMatchObject({ data: { status: 'done', durationMs: 0 } });
});

it('row 12: a parked build ends when it is cancelled', async () => {
  const fault = new Fault('STORE_FULL', 'it is full', { retryable: true });
  const { facts, done, stop } = await parkedBy(fault);
  stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
  await done;
  expect(failureIn(facts)).toMatchObject({ class: 'cancelled', code: 'CANCELLED', step: 'upload' });
  expect(facts.map(({ type }) => type)).not.toContain('AttemptResumed');
});

describe('row 11: what is stored beside the steps', () => {
  const away = new Fault('STORE_IO', 'no answer', { retryable: true });
  /** A build whose store answers so for what lies under the prefix, until it is mended. */
  const without = async (prefix: string, ...answers: readonly Fault[]) => {
    const at = farm();
    const { deps, objects, store, running } = at;
    let tries = 0;
    const refusal = (key: string) => {
      const answer = answers[Math.min(tries, answers.length - 1)];
      if (!key.startsWith(prefix) || answer === undefined) return undefined;
      tries += 1;
      return Promise.reject(answer);
    };
    deps.objects = {
      ...objects,
      put: (key, bytes) => refusal(key) ?? objects.put(key, bytes),
      putFile: (key, path, how) => refusal(key) ?? objects.putFile(key, path, how),
    };
    const begin = async () => running(await store([]), { timeoutMs: HOUR_MS });
    return { ...at, begin, mend: () => (answers = []) };
  };
  const took = (facts: Awaited<ReturnType<ReturnType<typeof farm>['build']>>, step: string) =>
    facts.flatMap((it) => (it.type === 'StepFinished' && it.data.step === step ? [it.data.durationMs] : []));

  it('is parked while the step works on, whose time counts, until the upload waits for it', async () => {
    const { fake, clock, begin, mend } = await without('layers/', away);
    fake.onBoot = () => clock.delay(60_000).then(() => ({}));
    const { facts, done } = await begin();
    for (let turn = 0; !facts.some(({ type }) => type === 'AttemptParked'); turn += 1)
      await (turn < 100 ? clock.settle() : Promise.reject(away));
    await clock.advance(5 * HOUR_MS);
    expect(facts.at(-1)).toMatchObject({ type: 'StepStarted', data: { step: 'upload' } });
    expect(took(facts, 'boot_test')).toStrictEqual([60_000]);
    mend();
    await clock.advance(60_000);
    await done;
    expect(ofParking(facts)).toMatchObject([
      ...[{ type: 'AttemptParked' }, { type: 'AttemptResumed' }, { type: 'ArtifactReported' }],
    ]);
    expect(took(facts, 'upload')[0]).toBeLessThan(60_000);
  });

  it('is given up at once where the step fails, which is why the attempt ends', async () => {
    const { fake, clock, begin } = await without('layers/', away);
    fake.onBoot = () => clock.delay(60_000).then(() => ({ passed: false }));
    const { facts, done } = await begin();
    for (let turn = 0; !facts.some(({ type }) => type === 'AttemptParked'); turn += 1)
      await (turn < 100 ? clock.settle() : Promise.reject(away));
    await clock.advance(4 * 60_000);
    await done;
    expect(facts.at(-1)).toMatchObject({
      type: 'AttemptEnded',
      data: { failure: { code: 'BOOT_TEST_FAILED' } },
    });
  });

  it('keeps no step that is silent from being ended', async () => {
    const { fake, clock, begin, mend } = await without('logs/', away);
    fake.onBuild = (_, signal) =>
      new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const { facts, done } = await begin();
    await clock.advance(HOUR_MS);
    expect(took(facts, 'prepare_base')).toStrictEqual([10 * 60_000]);
    mend(); // its log is waited for
    await clock.advance(60_000);
    await done;
    expect(ofParking(facts)).toMatchObject([
      ...[{ type: 'AttemptParked' }, { type: 'AttemptResumed' }, { type: 'AttemptEnded' }],
    ]);
    expect(failureIn(facts)).toMatchObject({ code: 'BUILD_SILENT', step: 'prepare_base' });
  });

  it('says that the attempt goes on also where it is given up while a step works on', async () => {
    const { fake, clock, begin } = await without('layers/', away, new Fault('STORE_DENIED', 'not you'));
    fake.onBoot = () => clock.delay(60_000).then(() => ({}));
    const { facts, done } = await begin();
    await clock.advance(30_000);
    expect(ofParking(facts)).toMatchObject([{ type: 'AttemptParked' }, { type: 'AttemptResumed' }]);
    await clock.advance(60_000);
    await done;
    expect(failureIn(facts)).toMatchObject({ code: 'STORE_DENIED', step: 'upload' });
  });
});
