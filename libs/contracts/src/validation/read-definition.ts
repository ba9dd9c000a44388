import { DEFAULT_POLICY, type ImageBuildPolicy } from '../documents/image-build-policy.js';
import { parseDefinitionText } from './parse-definition-text.js';
import { validateDefinition, type DefinitionResult } from './validate-definition.js';
import type { TextPosition, Violation } from './violation.js';

const parentPath = (path: string): string => path.replace(/(?:\.[A-Za-z0-9_-]+|\[[^[\]]*\])$/, '');

/** A missing or inner field has no place of its own: its nearest parent's is shown. */
const placeOf = (path: string, positions: ReadonlyMap<string, TextPosition>): TextPosition | undefined => {
  const parent = parentPath(path);
  return positions.get(path) ?? (parent === path ? undefined : placeOf(parent, positions));
};

const withPlace = (each: Violation, positions: ReadonlyMap<string, TextPosition>): Violation => {
  const position = placeOf(each.path, positions);
  return position === undefined ? each : { ...each, position };
};

const TOP: TextPosition = { line: 0, column: 0 };

const byPlace = ({ position: a = TOP }: Violation, { position: b = TOP }: Violation): number =>
  a.line - b.line || a.column - b.column;

/**
 * `validateDefinition` for the text of a file: violations carry line and column and come in
 * that order. A name that ends in `.json` is read
 * as JSON, anything else as YAML.
 */
export const readDefinition = (
  source: { text: string; fileName: string },
  policy: ImageBuildPolicy = DEFAULT_POLICY,
): DefinitionResult => {
  const read = parseDefinitionText(source.text, source.fileName);
  if (!read.ok) return read;
  const result = validateDefinition(read.value, policy);
  if (result.ok) return result;
  const placed = result.violations.map((each) => withPlace(each, read.positions));
  return { ok: false, violations: placed.sort(byPlace) };
};
