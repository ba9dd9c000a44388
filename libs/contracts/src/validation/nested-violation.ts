import { pathText, type FieldPath, type Violation } from './violation.js';

/** A violation inside a text that is itself a field: its path and line become those of the field. */
export const nestedViolation = (parent: FieldPath, { position, ...inner }: Violation): Violation => {
  const outer = pathText(parent);
  const path = inner.path === '' ? outer : `${outer}.${inner.path}`;
  const sentence = inner.path === '' ? inner.message : inner.message.slice(inner.path.length + 2);
  const line = position === undefined ? '' : ` (line ${String(position.line)} of the text)`;
  return { ...inner, path, message: `${path}: ${sentence}${line}` };
};
