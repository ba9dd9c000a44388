import type { Command } from 'commander';
import { terminal } from './output/terminal.js';
import { gildProgram } from './program.js';

const program = gildProgram(
  {
    env: {},
    terminal: terminal(process),
    interrupted: new AbortController().signal,
    setExitCode: () => undefined,
  },
  '0',
);

const nameOf = (command: Command): string =>
  command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();

const all = (command: Command): [string, Command][] => [
  [nameOf(command), command],
  ...command.commands.flatMap(all),
];
const commands = all(program).filter(([name]) => name !== '');
const acting = commands.filter(([, { commands: inner }]) => inner.length === 0);

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  return text;
};

describe('every command', () => {
  it.each(commands)('%s says what it does and gives an example of itself', (name, command) => {
    expect(command.description()).not.toBe('');
    expect(helpOf(command)).toMatch(new RegExp(`\nExamples?:\n(.*\n)*.*gild ${name}\\b`));
  });

  it.each(acting)('%s prints one JSON document when asked to', (_, command) =>
    expect(command.options.map(({ long }) => long)).toContain('--json'),
  );

  it.each(acting)('%s says what each of its options does', (_, command) =>
    expect(command.options.filter(({ description }) => description === '')).toStrictEqual([]),
  );

  it.each(['images', 'versions', 'show', 'jobs', 'job', 'why', 'history', 'registry export', 'vm list'])(
    '%s answers for any moment',
    (name) => expect(helpOf(new Map(commands).get(name) ?? program)).toContain('--at <moment>'),
  );
});
