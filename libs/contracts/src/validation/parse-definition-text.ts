import { readPlainYaml, type TextResult, type YamlRules } from './plain-yaml.js';
import { violation, type TextPosition, type Violation } from './violation.js';

const RULES: YamlRules = { version: '1.2', mostBytes: 256 * 1024, language: 'YAML' };

const offsetPosition = (text: string, offset: number): TextPosition => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

/** Engines name the place of a JSON error only inside its message, and not always. */
const jsonFault = (text: string, error: unknown): Violation => {
  const reason = error instanceof Error ? error.message.split(/ in JSON at|, "|, \.\.\./, 1)[0] : undefined;
  const offset = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  const stated = violation({ path: [], expected: 'valid JSON', found: `a fault: ${reason ?? 'unreadable'}` });
  return offset === undefined ? stated : { ...stated, position: offsetPosition(text, Number(offset)) };
};

/** JSON is YAML, so the YAML reader finds what JSON.parse lets pass (a key given twice) and where faults are. */
const readJson = (text: string): TextResult => {
  const read = readPlainYaml(text, { ...RULES, language: 'JSON' });
  if (!read.ok) return read;
  try {
    return { ...read, value: JSON.parse(text.replace(/^\ufeff/, '')) as unknown };
  } catch (error) {
    return { ok: false, violations: [jsonFault(text, error)] };
  }
};

/**
 * The value a definition's text stands for, and where each field stands. A name that ends in `.json` is read as JSON,
 * anything else as YAML 1.2. At most 256 KiB. Faults come with line and column; nothing is judged but the form.
 */
export const parseDefinitionText = (text: string, fileName: string): TextResult =>
  fileName.toLowerCase().endsWith('.json') ? readJson(text) : readPlainYaml(text, RULES);
