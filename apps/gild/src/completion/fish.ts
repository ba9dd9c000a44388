import { descents, type KnownWords } from './known-words.js';

/** A script for fish. Files are offered where no command is expected. */
export const fishCompletion = (words: readonly KnownWords[]): string =>
  [
    '# fish completion of gild',
    ...descent(words),
    ...words.flatMap((known) => [
      ...known.commands.map(
        ({ name, description }) =>
          `complete -c gild -n ${condition(known)} -f -a ${name} -d ${fishQuoted(description)}`,
      ),
      ...known.options.map(
        ({ flags, description, takesValue }) =>
          `complete -c gild -n ${condition(known)} ${flags.map(fishFlag).join(' ')}${takesValue ? ' -r' : ''} -d ${fishQuoted(description)}`,
      ),
    ]),
    '',
  ].join('\n');

/** A function that holds when exactly that command is being completed. */
const descent = (words: readonly KnownWords[]): string[] => [
  'function __gild_at',
  "  set -l at ''",
  '  for word in (commandline -opc)[2..]',
  '    switch "$at>$word"',
  ...descents(words).flatMap(({ from, word, to }) => [
    `      case ${fishQuoted(`${from}>${word}`)}`,
    `        set at ${fishQuoted(to)}`,
  ]),
  '    end',
  '  end',
  '  test "$at" = "$argv[1]"',
  'end',
];

const condition = ({ path }: KnownWords): string => fishQuoted(`__gild_at ${fishQuoted(path.join(' '))}`);

const fishFlag = (flag: string): string =>
  flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;

/** fish knows two escapes between single quotes. */
const fishQuoted = (text: string): string => `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
