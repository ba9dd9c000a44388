import { Fault } from '@gild/ports';
import { onIndexes } from './index-state.js';

/** Work that fails so often and then succeeds, on indexes that are in one state after the other. */
const tried = async (failures: number, states: readonly string[]) => {
  let tries = 0;
  let looks = 0;
  const work = async (): Promise<string> => {
    tries += 1;
    if (tries <= failures) throw new Error(`failed ${tries}`);
    return Promise.resolve('done');
  };
  const state = () => {
    const found = states[looks++];
    return found === undefined ? Promise.reject(new Error('no state')) : Promise.resolve(found);
  };
  let told = 0;
  const again = async () => void (told += 1);
  const end = await onIndexes({ state, again }, work).catch(({ message }: Error) => message);
  return { end, tries, told };
};

it('does once what succeeds, also while indexes are replaced', async () => {
  expect(await tried(0, ['old', 'new'])).toStrictEqual({ end: 'done', tries: 1, told: 0 });
});

it('does once more what failed while indexes were replaced, and no oftener', async () => {
  expect(await tried(1, ['old', 'new'])).toStrictEqual({ end: 'done', tries: 2, told: 1 });
  expect(await tried(2, ['old', 'new'])).toStrictEqual({ end: 'failed 2', tries: 2, told: 1 });
});

it('does not repeat what failed on indexes that stayed', async () => {
  expect(await tried(1, ['old', 'old'])).toStrictEqual({ end: 'failed 1', tries: 1, told: 0 });
});

it('tells the failure of the work where nobody can tell the state any more', async () => {
  expect(await tried(1, ['old'])).toStrictEqual({ end: 'failed 1', tries: 1, told: 0 });
});

it('does not wait once more for others that it waited for in vain', async () => {
  let tries = 0;
  const work = () => {
    tries += 1;
    return Promise.reject(new Fault('BUILD_SILENT', 'others held the lock'));
  };
  const states = ['old', 'new'];
  const repeating = { state: () => Promise.resolve(states.shift() ?? ''), again: () => Promise.resolve() };
  await expect(onIndexes(repeating, work)).rejects.toMatchObject({ code: 'BUILD_SILENT' });
  expect(tries).toBe(1);
});
