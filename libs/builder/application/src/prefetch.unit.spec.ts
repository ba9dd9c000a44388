import { Fault } from '@gild/ports';
import { cacheOf, failureIn, farm } from './builder-under-test.spec.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const SIDE_BY_SIDE = { steps: { parallel_install: true } };

const untilEnded = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('fetches for several taskservs at once, but not for all, before the first layer is built', async () => {
  const { fake, clock, store, running } = farm();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let under = 0;
  let most = 0;
  fake.onFetch = async () => {
    under += 1;
    most = Math.max(most, under);
    await gate;
    under -= 1;
  };
  const { facts, done } = running(await store(NAMES, SIDE_BY_SIDE));
  await clock.settle();
  expect([under, fake.built]).toStrictEqual([4, ['prepare_base']]);
  open();
  await done;
  expect([most, under, facts.at(-1)?.type]).toStrictEqual([4, 0, 'ArtifactReported']);
});

it('builds the same layers in the same order as one after the other', async () => {
  const serial = farm();
  const parallel = farm();
  const keys = async ({ build, store }: typeof serial, definition: object) => {
    const facts = await build(await store(NAMES, definition));
    return facts.flatMap((fact) =>
      fact.type === 'PlanResolved' ? fact.data.steps.map(({ key }) => key) : [],
    );
  };
  expect(await keys(parallel, SIDE_BY_SIDE)).toStrictEqual(await keys(serial, {}));
  expect(parallel.fake.built).toStrictEqual(serial.fake.built);
});

it('says in the log what it fetches, for whom, and how long all of it took', async () => {
  const { store, build, log } = farm();
  await build(await store(['a', 'b'], SIDE_BY_SIDE));
  const text = await log();
  expect(text).toContain('fetching side by side for a, b\n');
  expect(text).toContain('fetched side by side for 2 taskservs in 0.0 s\n');
});

it('fetches nothing ahead unless that is asked for, nor for what is cached', async () => {
  const { fake, store, build } = farm();
  const fetched: string[] = [];
  fake.onFetch = (step) => Promise.resolve(void fetched.push(step));
  await build(await store(['a', 'b']));
  expect(fetched).toStrictEqual([]);
  await build(await store(['a', 'b', 'c', 'd'], SIDE_BY_SIDE));
  expect(fetched).toStrictEqual(['taskserv:c', 'taskserv:d']);
});

it('fails in the step whose things could not be fetched, with those before it built', async () => {
  const { fake, store, build } = farm();
  fake.onFetch = (step) =>
    step === 'taskserv:b'
      ? Promise.reject(new Fault('MIRROR_UNREACHABLE', 'no answer', { retryable: true }))
      : Promise.resolve();
  const facts = await build(await store(['a', 'b', 'c'], SIDE_BY_SIDE));
  expect(failureIn(facts)).toMatchObject({ code: 'MIRROR_UNREACHABLE', step: 'taskserv:b' });
  expect(cacheOf(facts)).toHaveProperty(['taskserv:a']);
});

it('ends what it fetches when the build ends, before the folder of the build goes', async () => {
  const { fake, deps, store, build } = farm();
  let under = 0;
  fake.onFetch = async (_, signal) => {
    under += 1;
    await untilEnded(signal).catch(() => (under -= 1));
  };
  fake.onBuild = (step) =>
    step === 'prepare_base' ? Promise.reject(new Fault('SCRIPT_FAILED', 'x')) : Promise.resolve();
  let underAtRemoval = -1;
  const { remove } = deps.folders;
  deps.folders = {
    ...deps.folders,
    remove: (folder) => {
      underAtRemoval = under;
      return remove(folder);
    },
  };
  expect(failureIn(await build(await store(['a', 'b'], SIDE_BY_SIDE)))).toMatchObject({
    code: 'SCRIPT_FAILED',
  });
  expect(underAtRemoval).toBe(0);
});
