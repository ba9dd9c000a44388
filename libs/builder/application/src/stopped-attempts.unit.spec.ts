import { Fault } from '@gild/ports';
import { failureIn, farm, typesOf } from './builder-under-test.spec.js';

const untilEnded = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('an attempt that is stopped', () => {
  it('tells that it is over once it has cleaned up, with the proof', async () => {
    const { fake, deps, clock, store, running } = farm();
    fake.onBuild = (_, signal) => untilEnded(signal);
    let clear = (): void => undefined;
    const { clear: cleared } = fake.folders;
    deps.folders = {
      ...fake.folders,
      clear: async (folder) => {
        await new Promise<void>((resolve) => (clear = resolve));
        return { ...(await cleared(folder)), ended: 'killed' };
      },
    };
    const { facts, stop, done } = running(await store([]));
    await clock.settle();
    stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
    await clock.advance(1500);
    expect(typesOf(facts)).not.toContain('AttemptEnded');
    clear();
    await done;
    expect(facts.at(-1)).toMatchObject({
      type: 'AttemptEnded',
      data: {
        cleanUp: { processes: 0, mounts: 0, folderRemoved: true, ended: 'killed', tookMs: 1500 },
      },
    });
    expect([fake.held, fake.heldLayers]).toStrictEqual([[], []]);
  });
  it('proves nothing when it had failed by itself', async () => {
    const { fake, store, build } = farm();
    fake.onBuild = () => Promise.reject(new Fault('SCRIPT_FAILED', 'exit 1'));
    expect((await build(await store([]))).at(-1)?.data).not.toHaveProperty('cleanUp');
  });
  it('waits for no other build that makes the same layer', async () => {
    const { fake, clock, store, running } = farm();
    const inputs = await store([]);
    const makes = Promise.withResolvers<undefined>();
    fake.onBuild = () => makes.promise;
    const first = running(inputs, { jobId: 'first' });
    await clock.settle();
    const second = running(inputs, { jobId: 'second' });
    await clock.settle();
    second.stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
    await second.done;
    expect(failureIn(second.facts)).toMatchObject({ code: 'CANCELLED' });
    makes.resolve(undefined);
    await first.done;
    expect(first.facts.at(-1)?.type).toBe('ArtifactReported');
    expect([fake.held, fake.heldLayers]).toStrictEqual([[], []]);
  });
});
