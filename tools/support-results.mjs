// What the end-to-end tests have shown of each platform: the committed results, those of a run, and where they differ.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The committed results. `tested`: what every full run of the tests shows; `live`: what only tests of live mirrors do. */
export const RESULTS = 'test/support/results.json';

export const readResults = () =>
  existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : { tested: [], live: [] };

const text = (cell) =>
  [cell.distribution, cell.release, cell.arch, cell.format, cell.firmware ?? '-', cell.status].join(' ');

/** In one order, each once. */
export const ordered = (cells) => {
  const byText = new Map(cells.map((cell) => [text(cell), cell]));
  return [...byText.keys()].sort().map((key) => byText.get(key));
};

/** Of each platform a run asked live mirrors for, whatever came of it: a name as the file of its cells has it. */
export const platformName = ({ distribution, release, arch }) =>
  `live-${distribution}-${release}-${arch}.json`;

/** The cells a run left in a folder; those of live mirrors are in files of their own. */
export const cellsOfRun = (folder) => {
  const read = (pattern) =>
    globSync(join(folder, pattern)).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
  return {
    tested: ordered(read('tested-*.json')),
    live: ordered(read('live-*.json')),
    asked: globSync('live-*.json', { cwd: folder }),
  };
};

/** What is in one list and not in the other, in words. */
export const differences = (committed, found) => {
  const [was, is] = [committed.map(text), found.map(text)];
  return [
    ...was.filter((it) => !is.includes(it)).map((it) => `not shown by this run: ${it}`),
    ...is.filter((it) => !was.includes(it)).map((it) => `shown by this run, and not in ${RESULTS}: ${it}`),
  ];
};
