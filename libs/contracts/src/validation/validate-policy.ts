import {
  ImageBuildPolicyDocument,
  resolvePolicy,
  type ImageBuildPolicy,
} from '../documents/image-build-policy.js';
import { releaseViolations } from './release-violations.js';
import { schemaViolations } from './schema-violations.js';
import { isMapping, soundMembers } from './sound-members.js';
import type { Violation } from './violation.js';

/** The policy with its defaults filled, or everything that is wrong with it. */
export type PolicyResult =
  { ok: true; policy: ImageBuildPolicy } | { ok: false; violations: readonly Violation[] };

/** Checks a policy and fills its defaults. All violations are reported at once. */
export const validatePolicy = (value: unknown): PolicyResult => {
  const faults = schemaViolations(ImageBuildPolicyDocument, value);
  if (!isMapping(value)) return { ok: false, violations: faults };
  const { members, faulty } = soundMembers(value, faults);
  const known = Object.keys(ImageBuildPolicyDocument.shape);
  const policy = resolvePolicy(Object.fromEntries(members.filter(([key]) => known.includes(key))));
  const judged = !faulty.has('default_os') && !faulty.has('default_version');
  const release = { os: policy.default_os, version: policy.default_version };
  const violations = [...faults, ...(judged ? releaseViolations(['default_version'], release) : [])];
  return violations.length > 0 ? { ok: false, violations } : { ok: true, policy };
};
