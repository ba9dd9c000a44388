import { memoryEventStore } from '@gild/event-store-memory';
import { seededRandom } from '@gild/testing';
import { askAboutTheYear, type Asked } from './ask-about-the-year.spec.js';
import { WHOLE_YEAR, Year } from './live-a-year.spec.js';
import { QUESTIONS } from './questions.spec.js';
import { YearFarm } from './year-farm.spec.js';

const SHARE = 0.1;
const SIZE = {
  images: WHOLE_YEAR.images * SHARE,
  versions: WHOLE_YEAR.versions * SHARE,
  vms: WHOLE_YEAR.vms * SHARE,
  events: WHOLE_YEAR.events * SHARE,
};
const MOMENTS = 12;

describe('a tenth of a year of a farm', () => {
  const farm = new YearFarm(memoryEventStore());
  const year = new Year(farm, SIZE, 1);
  let asks: readonly Asked[];

  beforeAll(async () => {
    await farm.start();
    await year.live();
    asks = await askAboutTheYear(farm, MOMENTS, seededRandom(2));
  }, 1_800_000);
  afterAll(() => farm.stop());

  it('has as many events as it should, and nothing in it failed unseen', async () => {
    expect(await farm.recorded()).toBeGreaterThan(SIZE.events * 0.99);
    expect(farm.faults).toStrictEqual([]);
  });

  it('refuses what rules forbid', () =>
    expect([...year.refused.keys()]).toStrictEqual(expect.arrayContaining(['VERSION_IN_USE'])));

  it.each(QUESTIONS.map(({ title }) => title))('says %s, at any moment, as its log does', (title) => {
    const ofIt = asks.filter((asked) => asked.title === title);
    expect(ofIt).toHaveLength(MOMENTS);
    for (const { answered, expected } of ofIt) expect(answered).toStrictEqual(expected);
    // An answer that is always the same would show nothing.
    expect(new Set(ofIt.map(({ answered }) => JSON.stringify(answered))).size).toBeGreaterThan(1);
  });

  it('shows the same views when everything is read again', async () => {
    const views = await farm.verifyViews();
    expect(views.map(({ view }) => view)).toStrictEqual(expect.arrayContaining(['images', 'vms', 'jobs']));
    expect(views.filter(({ equal }) => !equal)).toStrictEqual([]);
  });
});
