// Compares what the end-to-end tests of this run have shown with the results the table in the documents is made of.
// With --write the results become those of the run; of live mirrors those of platforms it has not asked stay.
import { writeFileSync } from 'node:fs';
import { cellsOfRun, differences, ordered, platformName, readResults, RESULTS } from './support-results.mjs';

const folder = process.env.GILD_TEST_CELLS;
if (!folder) throw new Error('GILD_TEST_CELLS names the folder the end-to-end tests left their cells in');
const committed = readResults();
const run = cellsOfRun(folder);

if (process.argv.includes('--write')) {
  const unasked = committed.live.filter((cell) => !run.asked.includes(platformName(cell)));
  const live = ordered([...run.live, ...unasked]);
  const tested = run.tested.length > 0 ? run.tested : committed.tested;
  writeFileSync(RESULTS, `${JSON.stringify({ tested, live }, null, 2)}\n`);
  console.log(`${RESULTS} has ${tested.length} tested cells and ${live.length} of live mirrors`);
} else {
  const found = differences(committed.tested, run.tested);
  for (const line of found) console.error(line);
  if (found.length > 0) {
    console.error(`\nThe documents claim other platforms than this run has shown. When that is right:
  GILD_TEST_CELLS=FOLDER npm test -- e2e && GILD_TEST_CELLS=FOLDER node tools/check-support.mjs --write && npm run docs`);
    process.exit(1);
  }
  console.log(`${run.tested.length} cells are as the documents claim`);
}
