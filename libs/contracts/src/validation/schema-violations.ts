import type { z } from 'zod';
import { expectedText, knownKeys } from './expected-text.js';
import { foundText } from './found-text.js';
import { nearestName } from './nearest-name.js';
import { nestedViolation } from './nested-violation.js';
import { choices, nodesAt, schemaNode, type SchemaNode } from './schema-node.js';
import { pathText, violation, type FieldPath, type Violation } from './violation.js';

type Issue = z.core.$ZodIssue;
type Context = { root: SchemaNode; value: unknown };

const fieldPath = (path: readonly PropertyKey[]): FieldPath =>
  path.map((part) => (typeof part === 'number' ? part : String(part)));

/** Only own members count: a document may not reach into prototypes. */
const valueAt = (value: unknown, path: FieldPath): unknown =>
  path.reduce<unknown>(
    (found, part) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, part)
        ? (found as Record<string | number, unknown>)[part]
        : undefined,
    value,
  );

const unknownKey = (where: string, expected: string, suggestion: string | undefined): Violation => ({
  path: where,
  found: 'an unknown key',
  expected,
  message: `${where}: unknown key${suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`}`,
  ...(suggestion === undefined ? {} : { suggestion }),
});

/** A mapping with more unknown keys than a person mistypes is not worth the search for what each one meant. */
const MOST_SUGGESTIONS = 50;

const unknownKeys = (path: FieldPath, keys: readonly string[], { root }: Context): readonly Violation[] => {
  const known = knownKeys(nodesAt(root, path));
  const expected = known.length === 0 ? 'no key' : `one of ${known.join(', ')}`;
  return keys.map((key, index) => {
    const suggestion = index < MOST_SUGGESTIONS ? nearestName(key, known) : undefined;
    return unknownKey(pathText([...path, key]), expected, suggestion);
  });
};

/** YAML reads an unquoted 12 as a number: quotes are the cure where the same characters as text are allowed. */
const quotesHelp = ({ type, pattern }: SchemaNode, text: string): boolean =>
  type === 'string' && (pattern === undefined || new RegExp(pattern).test(text));

type Hint = { hint?: string; suggestion?: string };

const hintFor = (nodes: readonly SchemaNode[], value: unknown): Hint => {
  const choosable = nodes.flatMap(choices);
  if (typeof value === 'string') {
    const named = choosable.flatMap((node) => [
      ...(node.enum ?? []),
      ...(node.const === undefined ? [] : [node.const]),
    ]);
    const suggestion = nearestName(value, named.map(String));
    return suggestion === undefined ? {} : { suggestion, hint: `did you mean \`${suggestion}\`?` };
  }
  if (typeof value !== 'number' && typeof value !== 'boolean') return {};
  const suggestion = JSON.stringify(String(value));
  return choosable.some((node) => quotesHelp(node, String(value)))
    ? { suggestion, hint: `write it in quotes: ${suggestion}` }
    : {};
};

const plainViolation = (path: FieldPath, { root, value }: Context): Violation => {
  const nodes = nodesAt(root, path);
  const found = valueAt(value, path);
  return violation({
    path,
    expected: expectedText(nodes),
    found: foundText(found),
    ...hintFor(nodes, found),
  });
};

/** The branch that got furthest is the one the author had in mind. */
const unionViolations = (
  issue: Issue & { code: 'invalid_union' },
  path: FieldPath,
  context: Context,
): readonly Violation[] => {
  const inside = issue.errors.filter(
    (branch) => branch.length > 0 && branch.every(({ path: at }) => at.length > 0),
  );
  const deeper = inside[0];
  if (deeper === undefined) return [plainViolation(path, context)];
  return deeper.flatMap((nested) =>
    issueViolations({ ...nested, path: [...path, ...nested.path] as PropertyKey[] }, context),
  );
};

const keyViolation = (path: FieldPath, { root }: Context): Violation => {
  const names = nodesAt(root, path.slice(0, -1)).flatMap(({ propertyNames }) => propertyNames ?? []);
  return violation({ path, expected: `a key that is ${expectedText(names)}`, found: foundText(path.at(-1)) });
};

/** What a check of ours says in place of the schema's words: the facts, or violations inside the text of the field. */
type Params = { expected?: string; found?: string; inside?: readonly Violation[] };

const statedViolations = (
  issue: Issue & { code: 'custom' },
  path: FieldPath,
  context: Context,
): readonly Violation[] => {
  const { expected, found, inside }: Params = issue.params ?? {};
  if (inside !== undefined) return inside.map((each) => nestedViolation(path, each));
  if (expected === undefined || found === undefined) return [plainViolation(path, context)];
  return [violation({ path, expected, found })];
};

const issueViolations = (issue: Issue, context: Context): readonly Violation[] => {
  const path = fieldPath(issue.path);
  if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys, context);
  if (issue.code === 'invalid_union') return unionViolations(issue, path, context);
  if (issue.code === 'invalid_key') return [keyViolation(path, context)];
  if (issue.code === 'custom') return statedViolations(issue, path, context);
  return [plainViolation(path, context)];
};

/** One violation per field and fault: a value that breaks two bounds of one rule is one fault. */
const unrepeated = (violations: readonly Violation[]): readonly Violation[] => [
  ...new Map(violations.map((each) => [each.message, each])).values(),
];

/** Everything a schema has against a value, in the order of the schema's fields; empty when nothing. */
export const schemaViolations = (schema: z.ZodType, value: unknown): readonly Violation[] => {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const context = { root: schemaNode(schema), value };
  return unrepeated(result.error.issues.flatMap((issue) => issueViolations(issue, context)));
};
