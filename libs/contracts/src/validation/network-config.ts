import { z } from 'zod';
import { foundText } from './found-text.js';
import { NetworkConfigV1 } from './network-config-v1.js';
import { NetworkConfigV2 } from './network-config-v2.js';
import { readPlainYaml, type YamlRules } from './plain-yaml.js';
import { schemaViolations } from './schema-violations.js';
import { violation, type Violation } from './violation.js';

/** cloud-init reads YAML 1.1. */
const RULES: YamlRules = { version: '1.1', mostBytes: 64 * 1024, language: 'YAML' };

const SCHEMAS: Readonly<Record<number, z.ZodType>> = { 1: NetworkConfigV1, 2: NetworkConfigV2 };

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const versionViolations = (value: unknown, path: readonly string[]): readonly Violation[] => {
  if (!isMapping(value)) {
    const expected = 'a cloud-init network configuration (a mapping)';
    return [violation({ path, expected, found: foundText(value) })];
  }
  const schema = typeof value['version'] === 'number' ? SCHEMAS[value['version']] : undefined;
  if (schema !== undefined) return wrapped(schema, path, value);
  return [violation({ path: [...path, 'version'], expected: '1 or 2', found: foundText(value['version']) })];
};

/** Judged inside its wrapper, so that the paths of the violations are those of the text. */
const wrapped = (schema: z.ZodType, path: readonly string[], value: unknown): readonly Violation[] =>
  path.length === 0
    ? schemaViolations(schema, value)
    : schemaViolations(wrappers.get(schema) ?? schema, { network: value });

const wrappers = new Map(
  Object.values(SCHEMAS).map((schema) => [schema, z.strictObject({ network: schema })] as const),
);

/**
 * What is wrong with a text as cloud-init network configuration, version 1 or 2, with or without the `network:` key
 * around it; empty when nothing. Paths start at the top of the text.
 */
export const networkConfigViolations = (text: string): readonly Violation[] => {
  const read = readPlainYaml(text, RULES);
  if (!read.ok) return read.violations;
  if (!isMapping(read.value) || !('network' in read.value)) return versionViolations(read.value, []);
  const others = Object.keys(read.value).filter((key) => key !== 'network');
  return [
    ...others.map((key) =>
      violation({ path: [key], expected: 'only the key network here', found: 'another key' }),
    ),
    ...versionViolations(read.value['network'], ['network']),
  ];
};
