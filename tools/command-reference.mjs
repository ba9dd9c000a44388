// The reference page of the command line, made from the tree of commands itself.
const cell = (text) => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');

const nameOf = (command) => (command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name());

/** What `--help` prints below the options. */
const examplesOf = (command) => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  const [, lines = ''] = text.split(/\nExamples?:\n/);
  return lines.split('\n\n')[0].replace(/^ {2}/gm, '').trimEnd();
};

const meaning = ({ description, defaultValue, negate }) => {
  const none = negate || defaultValue === undefined || Array.isArray(defaultValue);
  return none ? description : `${description} (default: ${defaultValue})`;
};

const optionRows = (command) =>
  command.options.map((option) => `| \`${cell(option.flags)}\` | ${cell(meaning(option))} |`);

const optionTable = (command) =>
  command.options.length === 0 ? [] : ['| option | meaning |', '|---|---|', ...optionRows(command), ''];

const argumentText = (argument) => {
  const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${text}>` : `[${text}]`;
};

const usage = (command) =>
  [
    nameOf(command),
    ...command.registeredArguments.map(argumentText),
    ...(command.options.length === 0 ? [] : ['[options]']),
  ].join(' ');

const momentText = (reason) => (reason === undefined ? [] : [`Takes no \`--at\`: ${reason}.`, '']);

/** `reasons`: why a command that reads takes no `--at`, by its name without that of the program. */
const section = (reasons) => (command) => [
  `## ${nameOf(command)}`,
  '',
  `\`${usage(command)}\`: ${command.description()}.`,
  '',
  ...optionTable(command),
  ...momentText(reasons[nameOf(command).replace(/^\S+ /, '')]),
  '```',
  examplesOf(command),
  '```',
  '',
];

/** Commands that do something; one that only holds others is described by them. */
const acting = (command) => (command.commands.length === 0 ? [command] : command.commands.flatMap(acting));

export const commandReference = (program, exitCodes, reasons) =>
  [
    '# Commands',
    '',
    'Generated from the tree of commands in `apps/gild/src` by `tools/generate-reference.mjs`; do not edit.',
    '',
    `${program.description()}.`,
    '',
    `Exit codes: ${Object.entries(exitCodes)
      .map(([name, code]) => `${code} ${name}`)
      .join(', ')}.`,
    '',
    ...acting(program).flatMap(section(reasons)),
  ].join('\n');
