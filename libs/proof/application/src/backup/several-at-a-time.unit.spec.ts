import { severalAtATime } from './several-at-a-time.js';

describe('work on several items at a time', () => {
  it('that fails while the next item is waited for ends with the error, and nowhere as a rejection nobody handles', async () => {
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    const items = async function* () {
      yield 'failing';
      await turn(); // a rejection that nobody handles ends the process, and fails this test, between turns
      await turn();
      yield 'next';
    };
    const failure = new Error('interrupted');
    const work = (item: string) => (item === 'failing' ? Promise.reject(failure) : Promise.resolve(item));
    await expect(severalAtATime(items(), work)).rejects.toBe(failure);
  });
});
