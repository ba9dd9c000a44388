import { stepLimits } from '@gild/builder-domain';
import { Fault } from '@gild/ports';
import { fakeClock } from '@gild/testing';
import { failureIn, farm, typesOf } from './builder-under-test.spec.js';
import { signsOfLife } from './signs-of-life.js';
import { withinLimits } from './step-watch.js';
import { workingTime } from './working-time.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const untilEnded = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('row 36: a build that is alive but stuck', () => {
  it('is ended with its reason when a step prints nothing and makes no progress for ten minutes', async () => {
    const { fake, clock, store, running } = farm();
    fake.onBuild = async (_, signal, log) => {
      await log('the last words');
      await untilEnded(signal);
    };
    const { facts, done } = running(await store([]), { timeoutMs: DAY_MS });
    await clock.advance(10 * MINUTE_MS - 1);
    expect(typesOf(facts)).not.toContain('AttemptEnded');
    await clock.advance(1);
    await done;
    expect(failureIn(facts)).toStrictEqual({
      ...{ class: 'timeout', code: 'BUILD_SILENT', step: 'prepare_base' },
      message:
        'prepare_base printed nothing and made no progress for 10 minutes, its limit, and was ended. ' +
        'The end of the log tells what it was at; if it needs longer, have it print its progress.',
    });
    expect(fake.workDirs.size).toBe(0);
  });

  it('is not ended for silence while it prints, but is when the step takes longer than its limit', async () => {
    const { fake, clock, store, running } = farm();
    fake.onBuild = async (_, signal, log) => {
      for (;;) {
        await clock.delay(9 * MINUTE_MS, signal);
        await log('still here');
      }
    };
    const { facts, done } = running(await store([]), { timeoutMs: DAY_MS });
    await clock.advance(240 * MINUTE_MS - 1);
    expect(typesOf(facts)).not.toContain('AttemptEnded');
    await clock.advance(1);
    await done;
    expect(failureIn(facts)).toMatchObject({
      ...{ class: 'timeout', code: 'STEP_TIMEOUT', step: 'prepare_base' },
      message: expect.stringMatching(
        /^prepare_base took longer than its limit of 240 minutes and was ended\. The end/,
      ),
    });
  });

  it('is ended when the choosing of packages is what hangs', async () => {
    const { fake, deps, clock, store, running } = farm();
    deps.toolchain = { ...fake.toolchain, resolve: (_, __, { signal }) => untilEnded(signal) };
    const { facts, done } = running(await store([]), { timeoutMs: DAY_MS });
    await clock.advance(10 * MINUTE_MS);
    await done;
    expect(failureIn(facts)).toMatchObject({ class: 'timeout', code: 'BUILD_SILENT' });
  });

  it('has four times as long where it is emulated', async () => {
    const { fake, clock, store, running } = farm('aarch64');
    fake.onBuild = (_, signal) => untilEnded(signal);
    const { facts, done } = running(await store([]), { timeoutMs: DAY_MS });
    await clock.advance(40 * MINUTE_MS - 1);
    expect(typesOf(facts)).not.toContain('AttemptEnded');
    await clock.advance(1);
    await done;
    expect(failureIn(facts)?.message).toContain('for 40 minutes');
  });

  it('does not wait for ever for what does not end when it is told to', async () => {
    const { fake, clock, store, running } = farm();
    fake.onBuild = () => new Promise(() => undefined);
    const { facts, stop, done } = running(await store([]), { timeoutMs: DAY_MS });
    await clock.advance(0);
    stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
    await clock.advance(MINUTE_MS);
    await done;
    expect(failureIn(facts)).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a step', () => {
  const watched = () => {
    const clock = fakeClock();
    const life = signsOfLife(clock);
    const working = workingTime(clock);
    const step = { step: 'disk', limits: stepLimits('layer'), clock, working, life };
    return { ...step, signal: new AbortController().signal };
  };

  it('is not silent while it waits for somebody else', async () => {
    const given = watched();
    const other = Promise.withResolvers<string>();
    const running = withinLimits(given, () => given.life.waitingFor(other.promise));
    await given.clock.advance(60 * MINUTE_MS);
    other.resolve('made');
    await expect(running).resolves.toBe('made');
  });
  it('keeps its own failure', async () => {
    await expect(withinLimits(watched(), () => Promise.reject(new Fault('X', 'x')))).rejects.toMatchObject({
      code: 'X',
    });
  });
  it('leaves no timer behind', async () => {
    const given = watched();
    let aborted = false;
    await withinLimits(given, (signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return Promise.resolve();
    });
    await given.clock.advance(DAY_MS);
    expect(aborted).toBe(false);
  });
});
