import type { HttpClient } from '../client/http-client.js';
import { wholeHistory } from './whole-history.js';

const entry = (position: string) => ({
  ...{ position, time: '2026-03-01T09:00:00.000Z', actor: 'ada', sentence: `ada did ${position}` },
});
const more = { stream: 'job-a', what: 'Done', data: { of: 'much' } };

const serverOf = (...pages: object[]) => {
  const asked: string[] = [];
  const json: HttpClient['json'] = async ({ path }) => {
    asked.push(path);
    return pages[asked.length - 1];
  };
  return { asked, client: { json } };
};

const twoPages = () =>
  serverOf(
    { subject: 'actor:ada', entries: [{ ...entry('3'), ...more }], next: '4', at: '7' },
    { subject: 'actor:ada', entries: [{ ...entry('6'), ...more, causes: [{ ...entry('5'), ...more }] }] },
  );

it('is of one moment, however much is recorded while its pages are read', async () => {
  const { asked, client } = twoPages();
  await wholeHistory('actor:ada', {}, client);
  expect(asked).toStrictEqual(['/v1/history/actor%3Aada', '/v1/history/actor%3Aada?at=7&after=4']);
});

it('is asked of the moment that was named, also of a server that names none', async () => {
  const { asked, client } = serverOf({ entries: [entry('3')], next: '4' }, { entries: [] });
  await wholeHistory('actor:ada', { at: '2026-03-02' }, client);
  expect(asked[1]).toBe('/v1/history/actor%3Aada?at=2026-03-02&after=4');
});

it('has all that is recorded for programs, and only what is printed for people', async () => {
  expect(await wholeHistory('actor:ada', {}, twoPages().client)).toStrictEqual({
    subject: 'actor:ada',
    entries: [
      { ...entry('3'), ...more },
      { ...entry('6'), ...more, causes: [{ ...entry('5'), ...more }] },
    ],
  });
  expect((await wholeHistory('actor:ada', { asPrinted: true }, twoPages().client)).entries).toStrictEqual([
    entry('3'),
    { ...entry('6'), causes: [entry('5')] },
  ]);
});

it('is refused where there is nothing', async () => {
  const { client } = serverOf({ entries: [], next: '4', at: '7' }, { entries: [] });
  await expect(wholeHistory('actor:eve', {}, client)).rejects.toMatchObject({ code: 'SUBJECT_NOT_FOUND' });
});
