import { type KnownWords, quoted } from './known-words.js';

/** A script for fish. Files are offered where no command is expected. */
export const fishCompletion = (words: readonly KnownWords[]): string =>
  [
    '# fish completion of gild',
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

const condition = ({ path, commands }: KnownWords): string => {
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const names = commands.map(({ name }) => name).join(' ');
  const none = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
  return quoted([...seen, ...none].join('; and '));
};

const fishFlag = (flag: string): string =>
  flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;

/** fish knows two escapes between single quotes. */
const fishQuoted = (text: string): string => `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
