// The reference pages of what crosses an edge: error codes, events, subjects.
const code = (text) => `\`${text}\``;

const page = (title, source, lines) =>
  [
    `# ${title}`,
    '',
    `Generated from ${source} by \`tools/generate-reference.mjs\`; do not edit.`,
    '',
    ...lines,
    '',
  ].join('\n');

export const errorReference = (codes, { exitCodeOf, statusOf }) =>
  page('Error codes', '`libs/contracts/src/error-codes.ts` and the tables of the edges', [
    '| code | HTTP status | exit code |',
    '|---|---|---|',
    ...codes.map((name) => `| ${code(name)} | ${statusOf[name]} | ${exitCodeOf[name]} |`),
  ]);

const typeOf = (node) => {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum) return node.enum.map((value) => code(value)).join(', ');
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ');
  return node.type === 'array' ? `list of ${typeOf(node.items)}` : (node.type ?? 'any');
};

const fields = ({ properties, required = [] }) =>
  Object.entries(properties).map(
    ([name, node]) => `${code(name)}${required.includes(name) ? '' : '?'} ${typeOf(node)}`,
  );

const eventRow = (stream) => (node) => {
  const { type, data } = node.properties;
  return `| ${code(type.const)} | ${code(stream)} | ${fields(data).join('<br>')} |`;
};

/** `events`: JSON Schemas of the unions, by the streams they are recorded in. */
export const eventReference = (events) =>
  page('Events', '`libs/contracts/src/events`', [
    'Events only gain optional fields; readers ignore fields they do not know. A `?` marks a field that may be absent.',
    '',
    '| event | stream | data |',
    '|---|---|---|',
    ...Object.entries(events).flatMap(([stream, schema]) =>
      (schema.oneOf ?? schema.anyOf ?? [schema]).map(eventRow(stream)),
    ),
  ]);

const KINDS = {
  cmd: 'command, answered by one member of the service',
  qry: 'query, answered by one member of the service',
  evt: 'hint that may be lost',
};

/** What agents say and are asked, by what follows the name of the agent. */
const AGENT_KINDS = {
  sync: 'request of an agent, answered by a scheduler',
  credentials: 'request of an agent, answered by a scheduler',
  plan: 'query, answered by the agent',
  log: 'hint that may be lost',
};

const kindOf = (subject) => {
  const [, kind, , verb] = subject.split('.');
  return kind === 'agent' ? AGENT_KINDS[verb] : KINDS[kind];
};

const subjectText = (subject) => (typeof subject === 'function' ? subject('*', '*') : subject);

export const subjectReference = (subjects) =>
  page('Subjects', '`libs/contracts/src/subjects.ts`', [
    '| subject | kind |',
    '|---|---|',
    ...Object.values(subjects)
      .map(subjectText)
      .map((subject) => `| ${code(subject)} | ${kindOf(subject)} |`),
  ]);
