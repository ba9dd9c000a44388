import type { Command } from 'commander';

/** What may follow a command: `path` is `[]` for the program itself. */
export type KnownWords = {
  path: readonly string[];
  description: string;
  commands: readonly { name: string; description: string }[];
  options: readonly { flags: readonly string[]; description: string; takesValue: boolean }[];
};

/** Every command of the tree with what may follow it, parents first. */
export const knownWords = (command: Command, path: readonly string[] = []): KnownWords[] => {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((each) => each.name() !== 'help');
  const own = {
    path,
    description: command.description(),
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
      description: option.description,
      takesValue: option.required || option.optional,
    })),
  };
  return [own, ...commands.flatMap((each) => knownWords(each, [...path, each.name()]))];
};

const SHELLS_MEANING = /[^A-Za-z0-9_./:=-]/;

/** One word for a shell: what is not plain goes between single quotes. */
export const quoted = (text: string): string =>
  SHELLS_MEANING.test(text) || text === '' ? `'${text.replaceAll("'", String.raw`'\''`)}'` : text;

/** A `case` arm for each step down the tree: from the path so far, and a word, to the longer path. */
export const descents = (words: readonly KnownWords[]): { from: string; word: string; to: string }[] =>
  words
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => ({
      from: path.slice(0, -1).join(' '),
      word: path.at(-1) ?? '',
      to: path.join(' '),
    }));
