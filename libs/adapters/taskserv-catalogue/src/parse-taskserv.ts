import { Taskserv } from '@gild/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

/** A taskserv, or everything that is wrong with its file, each with file and path. */
export type Reading = { ok: true; taskserv: Taskserv } | { ok: false; violations: readonly string[] };

type Source = { path: string; folder: string; text: string };

// Aliases may not blow a small file up into a large document.
const ALIASES = 100;

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** A union's own message only says "invalid input"; the branch that came closest says what is wrong. */
const closest = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const unknownKeys = (branch: readonly z.core.$ZodIssue[]) =>
    branch.reduce((sum, it) => sum + (it.code === 'unrecognized_keys' ? it.keys.length : 1), 0);
  const [best = []] = [...issue.errors].sort((a, b) => unknownKeys(a) - unknownKeys(b));
  return best.map((it) => ({ ...it, path: [...issue.path, ...it.path] }));
};

const schemaViolations = (error: z.ZodError): string[] =>
  error.issues
    .flatMap(closest)
    .map(({ path, message }) => (path.length > 0 ? `${pathText(path)}: ${message}` : message));

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

const sense = (taskserv: Taskserv, folder: string): string[] => [
  ...(taskserv.name === folder
    ? []
    : [`name: expected ${folder}, as the folder is called, found ${taskserv.name}`]),
  ...repeated(taskserv.checks.map(({ name }) => name)).map((name) => `checks: two checks are called ${name}`),
  ...(['requires', 'after', 'conflicts'] as const)
    .filter((list) => taskserv[list].includes(taskserv.name))
    .map((list) => `${list}: ${taskserv.name} names itself`),
];

const yamlValue = (text: string): { value: unknown; errors: string[] } => {
  const document = parseDocument(text, { merge: true, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings].map(
    ({ message }) => message.split('\n')[0] ?? '',
  );
  if (problems.length > 0) return { value: undefined, errors: problems };
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES }), errors: [] };
  } catch (error) {
    return { value: undefined, errors: [String(error)] };
  }
};

/** Checks the text of one taskserv.yaml. */
export const parseTaskserv = ({ path, folder, text }: Source): Reading => {
  const refuse = (violations: readonly string[]): Reading => ({
    ok: false,
    violations: violations.map((violation) => `${path}: ${violation}`),
  });
  const { value, errors } = yamlValue(text);
  if (errors.length > 0) return refuse(errors);
  const parsed = Taskserv.safeParse(value);
  if (!parsed.success) return refuse(schemaViolations(parsed.error));
  const nonsense = sense(parsed.data, folder);
  return nonsense.length > 0 ? refuse(nonsense) : { ok: true, taskserv: parsed.data };
};
