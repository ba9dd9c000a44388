// What failed, once more at the end, where nobody has to look for it among thousands of lines: each cause with the tests that had it.
import { relative } from 'node:path';

const LINES = 25;
const LONGEST_LINE = 400;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** How Jest begins what is of no test, up to the next one of either. */
const OUTSIDE = /^ {2}● Test suite failed to run\n[\s\S]*?(?=^ {2}● |(?![\s\S]))/gm;

/** What failed outside of every test: the file could not be run, or what it does after its tests. */
const outside = (message, failed) =>
  failed.length === 0 ? [message] : (message.replace(COLOURS, '').match(OUTSIDE) ?? []);

const shortened = (text) => {
  const lines = text.replace(COLOURS, '').trim().split('\n');
  const rest = lines.length - LINES;
  return rest > 0 ? [...lines.slice(0, LINES), `… ${rest} more lines`] : lines;
};

/** Each cause with the titles of the tests that had it. */
const causesOf = ({ testResults }) => {
  const causes = new Map();
  const add = (cause, title) => causes.set(cause, [...(causes.get(cause) ?? []), title]);
  for (const { name, message, status, assertionResults } of testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed)
      add(failureMessages.join('\n'), `${relative('', name)}: ${fullName}`);
    if (status === 'failed' && message)
      for (const cause of outside(message, failed)) add(cause, relative('', name));
  }
  return [...causes];
};

/** Of Jest's report: the text to print; empty when nothing failed. */
export const failedTests = (report) =>
  causesOf(report)
    .map(([cause, titles]) => [
      ...titles.map((title) => `✕ ${title}`),
      ...shortened(cause).map((it) => `    ${it}`),
    ])
    .flat()
    .join('\n');

/** The same with a line for each cause, for the very end: all that some places keep of a long run. */
export const failedInShort = (report) =>
  causesOf(report).map(([cause, [title, ...others]]) => {
    const [first = '', more = ''] = shortened(cause).filter((text) => text.trim() !== '');
    const said = first.startsWith('●') ? more.trim() : first;
    const line = `✕ ${title}${others.length > 0 ? ` (and ${others.length} more)` : ''}: ${said}`;
    return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line;
  });
