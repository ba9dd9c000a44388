const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const anchor = (title) => `[${title}](#${title.toLowerCase()})`;

/** A nested document is described in its own section; everything else in the section of its parent. */
const link = (node) => (node?.title === undefined ? undefined : anchor(node.title));

const mappingType = (node) => {
  const values = node.additionalProperties;
  return typeof values === 'object' ? `mapping to ${typeText(values)}` : 'mapping';
};

const typeText = (node) => {
  if (link(node) !== undefined) return link(node);
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.anyOf !== undefined && !node.anyOf.every(({ format }) => format)) {
    return node.anyOf.map(typeText).join('; or ');
  }
  if (node.type === 'array') return `list of ${typeText(node.items)}`;
  if (node.type === 'object') return mappingType(node);
  return { integer: 'whole number', number: 'number', boolean: 'true or false' }[node.type] ?? 'text';
};

const range = ({ minimum, maximum }) => {
  if (minimum !== undefined && maximum !== undefined) return `${minimum}–${maximum}`;
  if (minimum !== undefined) return `≥ ${minimum}`;
  return maximum === undefined ? undefined : `≤ ${maximum}`;
};

const size = ({ minItems, maxItems, maxLength, uniqueItems, enum: values }) => [
  minItems === undefined ? undefined : `at least ${minItems}`,
  maxItems === undefined ? undefined : `at most ${maxItems}`,
  maxLength === undefined || values ? undefined : `at most ${maxLength} characters`,
  uniqueItems ? 'no repetition' : undefined,
];

const stated = (node) =>
  node?.enum === undefined ? node?.errorMessage?.replace(/^expected /, '') : undefined;

const bounds = (node) => {
  const inner = node.type === 'array' ? node.items : node.additionalProperties;
  const keys = stated(node.propertyNames);
  const own = stated(node);
  const parts = [
    range(node),
    ...(own === undefined ? size(node) : [own]),
    keys === undefined ? undefined : `key: ${keys}`,
    link(inner) === undefined && typeof inner === 'object' ? bounds(inner) : undefined,
  ];
  return parts.filter((part) => part).join('; ');
};

const initial = (node, required) => {
  if (required) return 'required';
  return node.default === undefined || node.title !== undefined ? '' : code(node.default);
};

const nested = (name, node) => {
  if (node.title !== undefined) return [];
  if (node.type === 'array' && node.items.title === undefined && node.items.properties) {
    return rows(node.items, `${name}[].`);
  }
  return node.properties === undefined ? [] : rows(node, `${name}.`);
};

const rows = (schema, prefix = '') =>
  Object.entries(schema.properties).flatMap(([key, node]) => {
    const name = `${prefix}${key}`;
    const cells = [
      `\`${name}\``,
      typeText(node),
      initial(node, schema.required?.includes(key) ?? false),
      bounds(node),
      node.description ?? '',
    ];
    return [`| ${cells.map(cell).join(' | ')} |`, ...nested(name, node)];
  });

const section = (schema) =>
  [
    `## ${schema.title}`,
    '',
    `${schema.description} JSON Schema: [${schema.$id}](schemas/${schema.$id}).`,
    '',
    '| field | type | default | bounds | meaning |',
    '|---|---|---|---|---|',
    ...rows(schema),
    '',
  ].join('\n');

const releaseRows = (releases, initial) =>
  Object.entries(releases).map(([os, known]) => {
    const versions = known.map(({ version, codename }) => `${version} (${codename})`);
    return `| ${code(os)} | ${versions.join(', ')} | ${initial[os]} |`;
  });

const releaseSection = (releases, initial) =>
  [
    '## Releases',
    '',
    "Known values of `os_version`, with the name of each release in its distribution's repositories.",
    '',
    '| base_os | os_version | default |',
    '|---|---|---|',
    ...releaseRows(releases, initial),
    '',
  ].join('\n');

const buildableSection = (fields) =>
  [
    '## Not in this release',
    '',
    'A definition may ask for more than this release of Gild builds; it is refused then, by `gild validate` and before',
    'anything is queued. These fields can have no other value yet:',
    '',
    '| field | what can be built |',
    '|---|---|',
    ...Object.entries(fields).map(([field, value]) => `| ${code(field)} | ${cell(value)} |`),
    '',
  ].join('\n');

/** The reference page of the documents, in the order given, of the releases they may name, and of what can be built. */
export const documentReference = (schemas, { releases, defaults, buildable }) =>
  [
    '# Documents',
    '',
    'Generated from the schemas in `libs/contracts/src/documents` by `tools/generate-schemas.mjs`; do not edit.',
    '',
    'Every document is accepted as YAML or JSON. In a definition and in a policy an unknown key is refused, with the',
    'nearest known one named; in all others unknown keys are ignored. A field without a default may be absent.',
    'A definition takes the defaults that the policy has a `default_…` field for from the policy. Some fields have one',
    'possible value in this release: see [Not in this release](#not-in-this-release).',
    '',
    ...schemas.map(section),
    releaseSection(releases, defaults),
    buildableSection(buildable),
  ].join('\n');
