import { oneFlight } from './one-flight.js';

it('runs a call of a name once for all who ask meanwhile, another name beside it, and the next one anew', async () => {
  const begun: string[] = [];
  let land = (): void => undefined;
  const landed = new Promise<void>((resolve) => (land = resolve));
  const flight = oneFlight();
  const call = (name: string) =>
    flight(name, async () => {
      const number = begun.push(name);
      await landed;
      return number;
    });
  const asked = [call('a'), call('a'), call('b')];
  expect(begun).toStrictEqual(['a', 'b']);
  land();
  expect(await Promise.all(asked)).toStrictEqual([1, 1, 2]);
  expect(await call('a')).toBe(3);
});

it('gives all who ask the fault of a call, and forgets it', async () => {
  const flight = oneFlight();
  const fail = () => Promise.reject(new Error('it fell'));
  const asked = [flight('a', fail), flight('a', fail)];
  for (const outcome of asked) await expect(outcome).rejects.toThrow('it fell');
  expect(await flight('a', () => Promise.resolve('well'))).toBe('well');
});
