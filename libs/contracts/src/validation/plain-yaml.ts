import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLError,
} from 'yaml';
import { pathText, violation, type FieldPath, type TextPosition, type Violation } from './violation.js';

/** What a text says, and where each of its fields stands in it (keys as `pathText` spells them). */
export type ReadText = { value: unknown; positions: ReadonlyMap<string, TextPosition> };
export type TextResult = ({ ok: true } & ReadText) | { ok: false; violations: readonly Violation[] };

/** `version` is the YAML version of the program that reads the text in the end: they differ over `yes` and `12:30`. */
export type YamlRules = { version: '1.1' | '1.2'; mostBytes: number; language: 'YAML' | 'JSON' };

/** A parser holds about two tokens per level of nesting; deeper texts are attacks on its stack. */
const MOST_OPEN_TOKENS = 200;

const PLAIN_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|seq|map)$/;

const FAULTS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'more than one document',
  NON_STRING_KEY: 'a key that is not text',
  TAB_AS_INDENT: 'a tab as indentation',
};

const fault = (expected: string, found: string, position?: TextPosition): Violation => ({
  ...violation({ path: [], expected, found }),
  ...(position === undefined ? {} : { position }),
});

const tooDeep = (text: string): boolean => {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MOST_OPEN_TOKENS) return true;
  }
  return false;
};

/** Found before anything is parsed, in time linear in the text. */
const unreadable = (text: string, { mostBytes, language }: YamlRules): Violation | undefined => {
  const most = `at most ${String(mostBytes / 1024)} KiB`;
  const bytes = text.length > mostBytes ? text.length : new TextEncoder().encode(text).length;
  if (bytes > mostBytes) return fault(most, `${String(Math.ceil(bytes / 1024))} KiB`);
  return tooDeep(text) ? fault(`valid ${language}`, 'lists or mappings nested too deeply') : undefined;
};

/** Aliases multiply a small text into a huge value, and tags name types only some programs know. */
const forbidden = (node: Node): string | undefined => {
  if (isAlias(node)) return 'an alias (*)';
  if (node.anchor !== undefined) return 'an anchor (&)';
  return node.tag === undefined || PLAIN_TAG.test(node.tag) ? undefined : 'a tag (!)';
};

const positionOf = (node: unknown, lines: LineCounter): TextPosition | undefined => {
  if (!isNode(node) || !node.range) return undefined;
  const { line, col } = lines.linePos(node.range[0]);
  return { line, column: col };
};

/** The parser's own check compares each key with all before it: a large text would hold the process for seconds. */
const repeatedKeys = (map: YAMLMap): readonly Scalar[] => {
  const seen = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const repeated = seen.has(key.value);
    seen.add(key.value);
    return repeated ? [key] : [];
  });
};

const contentFaults = (document: Document, lines: LineCounter, language: string): readonly Violation[] => {
  const faults: Violation[] = [];
  visit(document, {
    Node: (_, node) => {
      const found = forbidden(node);
      if (found !== undefined) faults.push(fault('plain values', found, positionOf(node, lines)));
      if (!isMap(node)) return;
      const repeated = repeatedKeys(node).map((key) => positionOf(key, lines));
      faults.push(...repeated.map((position) => fault(`valid ${language}`, 'the same key twice', position)));
    },
  });
  return faults;
};

const syntaxFault = ({ code, message, pos }: YAMLError, lines: LineCounter, language: string): Violation => {
  const { line, col } = lines.linePos(pos[0]);
  const found = FAULTS[code] ?? `a fault: ${message}`;
  return fault(`valid ${language}`, found, { line, column: col });
};

const placed = (
  node: unknown,
  path: FieldPath,
  lines: LineCounter,
): readonly (readonly [string, TextPosition])[] => {
  const entry = (at: unknown, child: unknown, part: string | number) => {
    const position = positionOf(at, lines);
    const below = placed(child, [...path, part], lines);
    return position === undefined ? below : [[pathText([...path, part]), position] as const, ...below];
  };
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      isScalar(key) ? entry(key, value, String(key.value)) : [],
    );
  }
  return isSeq(node) ? node.items.flatMap((item, index) => entry(item, item, index)) : [];
};

/**
 * Reads a text of plain values: no aliases, no tags but those of plain types, each key once, one document. Every
 * fault found is reported with its place. Memory and time are bounded by the size limit.
 */
export const readPlainYaml = (source: string, rules: YamlRules): TextResult => {
  const text = source.replace(/^\ufeff/, '');
  const unread = unreadable(text, rules);
  if (unread !== undefined) return { ok: false, violations: [unread] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: rules.version,
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const faults = [
    ...document.errors.map((error) => syntaxFault(error, lines, rules.language)),
    ...contentFaults(document, lines, rules.language),
  ];
  if (faults.length > 0) return { ok: false, violations: faults };
  const positions = new Map(placed(document.contents, [], lines));
  return { ok: true, value: document.toJS({ maxAliasCount: 0 }), positions };
};
