import { choices, type SchemaNode } from './schema-node.js';

const rangeText = (node: SchemaNode): string => {
  const low = node.minimum;
  const high = node.maximum === Number.MAX_SAFE_INTEGER ? undefined : node.maximum;
  if (low !== undefined && low > Number.MIN_SAFE_INTEGER) {
    return high === undefined ? ` of at least ${String(low)}` : ` from ${String(low)} to ${String(high)}`;
  }
  return high === undefined ? '' : ` of at most ${String(high)}`;
};

const listText = ({ minItems, maxItems }: SchemaNode): string => {
  const most = maxItems === undefined ? '' : ` of at most ${String(maxItems)} entries`;
  return minItems === undefined ? `a list${most}` : `a list${most} that is not empty`;
};

const BY_TYPE: Readonly<Record<string, (node: SchemaNode) => string>> = {
  integer: (node) => `a whole number${rangeText(node)}`,
  number: (node) => `a number${rangeText(node)}`,
  boolean: () => 'true or false',
  string: ({ maxLength }) =>
    maxLength === undefined ? 'text' : `text of at most ${String(maxLength)} characters`,
  array: listText,
  object: () => 'a mapping',
};

const stated = ({ errorMessage }: SchemaNode): string | undefined => errorMessage?.replace(/^expected /, '');

const ownText = (node: SchemaNode): string | undefined => {
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  if (node.const !== undefined) return String(node.const);
  return BY_TYPE[node.type ?? '']?.(node);
};

const nodeText = (node: SchemaNode): string => {
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return stated(node) ?? ownText(node) ?? branches.map(nodeText).join(', or ');
};

/** What a field may be, in words that follow "expected"; `nodes` are its possible schemas. */
export const expectedText = (nodes: readonly SchemaNode[]): string => {
  const constants = nodes.flatMap((node) => (node.const === undefined ? [] : [String(node.const)]));
  if (constants.length > 1) return `one of ${[...new Set(constants)].join(', ')}`;
  return [...new Set(nodes.map(nodeText))].join(', or ');
};

/** Names a mapping knows, for "did you mean". */
export const knownKeys = (nodes: readonly SchemaNode[]): readonly string[] => [
  ...new Set(nodes.flatMap(choices).flatMap(({ properties }) => Object.keys(properties ?? {}))),
];
