/** Where a field lies in its document: keys and list positions from the top. */
export type FieldPath = readonly (string | number)[];

/** A place in a source text; both count from 1. */
export type TextPosition = { line: number; column: number };

/**
 * One thing wrong with a document. `path` is the field as people write it (`taskservs[2]`; empty for the document
 * as a whole), `message` the whole sentence, `suggestion` what was probably meant. `position` is known only
 * when the source text is.
 */
export type Violation = {
  path: string;
  found: string;
  expected: string;
  message: string;
  suggestion?: string;
  position?: TextPosition;
};

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

/** The path as text: `taskservs[2]`, `labels["a b"]`; keys that are not plain are quoted. */
export const pathText = (path: FieldPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    if (!PLAIN_KEY.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');

/** A violation of the form "path: expected this, found that", with the hint appended. */
export const violation = (facts: {
  path: FieldPath;
  expected: string;
  found: string;
  hint?: string | undefined;
  suggestion?: string | undefined;
}): Violation => {
  const path = pathText(facts.path);
  const sentence = `expected ${facts.expected}, found ${facts.found}`;
  return {
    path,
    found: facts.found,
    expected: facts.expected,
    message: `${path === '' ? '' : `${path}: `}${sentence}${facts.hint === undefined ? '' : `; ${facts.hint}`}`,
    ...(facts.suggestion === undefined ? {} : { suggestion: facts.suggestion }),
  };
};
