import type { Command } from 'commander';
import { ONLY_NOW } from './commands/only-now.js';
import { terminal } from './output/terminal.js';
import { gildProgram } from './program.js';

const program = gildProgram(
  {
    env: {},
    terminal: terminal(process),
    interrupted: new AbortController().signal,
    onInsisted: () => () => undefined,
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

/** Also groups that do something themselves. */
const running = commands.filter(
  ([, { commands: inner, options }]) => inner.length === 0 || options.length > 0,
);

/** Commands that change something or run something; every other one reads. */
const CHANGES = new Set([
  ...['build', 'rebuild', 'cancel', 'up', 'restore', 'farm init', 'taskserv test'],
  ...['promote', 'rollback', 'channel remove', 'deprecate', 'revoke', 'delete', 'policy set'],
  ...['audit key rotate', 'audit key revoke', 'cache pull', 'cache clean'],
  ...['vm create', 'vm run', 'vm remove', 'vm start', 'vm stop'],
  ...['cache take-over', 'cache forget', 'farm add-credentials'],
  ...['drain', 'resume', 'quarantine', 'release', 'token', 'join', 'remove', 'readmit'].map(
    (deed) => `agent ${deed}`,
  ),
]);

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

  it.each(running.filter(([name]) => !CHANGES.has(name)))(
    '%s answers for any moment, or it is written why it does not',
    (name, { options }) =>
      expect(options.some(({ long }) => long === '--at')).toBe(ONLY_NOW[name] === undefined),
  );
});

it('what takes no moment or changes something is a command', () => {
  const names = new Set(running.map(([name]) => name));
  expect([...Object.keys(ONLY_NOW), ...CHANGES].filter((name) => !names.has(name))).toStrictEqual([]);
});
