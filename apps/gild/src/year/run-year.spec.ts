// The whole year, or a share of it (`npm run year -- 0.1`), on a log in SQLite: then every question about many moments. Exits with
// 1 when one answer differs from what the log says, or a question has the same answer at every moment, which would show nothing.
// Without fsync (eatmydata). The log is removed at the end, unless a folder is named that keeps it (`npm run year -- 1 FOLDER`), to
// be measured or looked into.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { systemClock } from '@gild/node-runtime';
import { seededRandom } from '@gild/testing';
import { askAboutTheYear, type Asked } from './ask-about-the-year.spec.js';
import { WHOLE_YEAR, Year } from './live-a-year.spec.js';
import { QUESTIONS } from './questions.spec.js';
import { YearFarm } from './year-farm.spec.js';

const share = Number(process.argv[2] ?? '1');
const MOMENTS = 20;
/** So much of a year has something of everything. */
const ENOUGH = 0.1;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const size = {
  images: Math.ceil(WHOLE_YEAR.images * share),
  versions: Math.ceil(WHOLE_YEAR.versions * share),
  vms: Math.ceil(WHOLE_YEAR.vms * share),
  events: Math.ceil(WHOLE_YEAR.events * share),
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const lineOf = (title: string, asks: readonly Asked[]): string => {
  const equal = asks.filter(({ answered, expected }) => isDeepStrictEqual(answered, expected));
  const ms = asks.map(({ tookMs }) => tookMs);
  return `${String(equal.length)}/${String(asks.length)} as the log says, median ${median(ms).toFixed(0)} ms, longest ${Math.max(...ms).toFixed(0)} ms: ${title}`;
};

const answersTo = (title: string, asks: readonly Asked[]): Set<string> =>
  new Set(asks.flatMap((asked) => (asked.title === title ? JSON.stringify(asked.answered) : [])));

const kept = process.argv[3];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'gild-year-'));
mkdirSync(folder, { recursive: true });
const store = sqliteEventStore({ path: join(folder, 'events.db'), clock: systemClock });
const farm = new YearFarm(store);
try {
  await farm.start();
  const year = new Year(farm, size, 1);
  const begun = performance.now();
  await year.live((over) => say(`${(over * 100).toFixed(1)} % of the year`));
  const seconds = (performance.now() - begun) / 1000;
  say(`${String(await farm.recorded())} events through the commands in ${seconds.toFixed(0)} s`);
  say(`refused: ${JSON.stringify(Object.fromEntries(year.refused))}`);
  const asks = await askAboutTheYear(farm, MOMENTS, seededRandom(2));
  for (const { title } of QUESTIONS)
    say(
      lineOf(
        title,
        asks.filter((asked) => asked.title === title),
      ),
    );
  const views = await farm.verifyViews();
  for (const { view, equal, events } of views)
    say(`${view}: ${String(events)} events read again, ${equal ? 'equal' : 'DIFFERENT'}`);
  const wrong = asks.filter(({ answered, expected }) => !isDeepStrictEqual(answered, expected));
  const constant = QUESTIONS.filter(({ title }) => answersTo(title, asks).size < 2);
  for (const { title } of constant) say(`always the same answer: ${title}`);
  const showsNothing = share >= ENOUGH && constant.length > 0;
  const failed =
    wrong.length > 0 || showsNothing || views.some(({ equal }) => !equal) || farm.faults.length > 0;
  for (const fault of farm.faults) say(String(fault));
  process.exitCode = failed ? 1 : 0;
} finally {
  await farm.stop();
  await store.close();
  if (kept === undefined) rmSync(folder, { recursive: true });
}
