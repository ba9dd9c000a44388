import {
  GoldenImageConfigDocument,
  type GoldenImageConfig,
  type GoldenImageConfigInput,
} from '../documents/golden-image-config.js';
import { DEFAULT_POLICY, type ImageBuildPolicy } from '../documents/image-build-policy.js';
import { resolveDefinition } from '../documents/resolve-definition.js';
import { DEFINITION_RULES, type SoundFields } from './definition-rules.js';
import { schemaViolations } from './schema-violations.js';
import { isMapping, soundMembers } from './sound-members.js';
import type { Violation } from './violation.js';

/** The resolved definition, or everything that is wrong with the document. */
export type DefinitionResult =
  { ok: true; definition: GoldenImageConfig } | { ok: false; violations: readonly Violation[] };

/** The fields nothing is said about, resolved: the rules over several fields speak beside faults elsewhere. */
const soundFields = (
  value: Record<string, unknown>,
  faults: readonly Violation[],
  policy: ImageBuildPolicy,
): SoundFields => {
  const { members, faulty } = soundMembers(value, faults);
  const known = members.filter(([key]) => Object.hasOwn(GoldenImageConfigDocument.shape, key));
  const resolved = resolveDefinition({ name: 'unnamed', ...Object.fromEntries(known) }, policy);
  return Object.fromEntries(Object.entries(resolved).filter(([key]) => !faulty.has(key)));
};

/**
 * Checks a document against its schema and the rules over several fields, and resolves it. All violations are
 * reported at once. Whether the taskservs exist is not known here. The same value and policy always give the same answer.
 */
export const validateDefinition = (
  value: unknown,
  policy: ImageBuildPolicy = DEFAULT_POLICY,
): DefinitionResult => {
  const faults = schemaViolations(GoldenImageConfigDocument, value);
  if (!isMapping(value)) return { ok: false, violations: faults };
  const fields = soundFields(value, faults, policy);
  const violations = [...faults, ...DEFINITION_RULES.flatMap((rule) => rule(fields, policy))];
  if (violations.length > 0) return { ok: false, violations };
  return { ok: true, definition: resolveDefinition(value as GoldenImageConfigInput, policy) };
};
