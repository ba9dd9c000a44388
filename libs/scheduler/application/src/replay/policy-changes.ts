import {
  formatViolations,
  ImageBuildPolicyDocument,
  validatePolicy,
  type PolicyChanges,
} from '@gild/contracts';
import { Fault } from '@gild/ports';

/** Fields that decide when builds run, as far as events tell what a replay needs to know. */
const REPLAYED = ['max_parallel_builds', 'max_build_time_minutes'] as const;

/**
 * The fields to change in a replay. Faults: INVALID_DOCUMENT where the policy's schema refuses them; INVALID_REQUEST of one that decides
 * nothing in a replay, or of none.
 */
export const policyChanges = (changes: Readonly<Record<string, unknown>>): PolicyChanges => {
  const checked = validatePolicy(changes);
  if (!checked.ok)
    throw new Fault('INVALID_DOCUMENT', `the policy is not valid:\n${formatViolations(checked.violations)}`, {
      details: { violations: checked.violations },
    });
  const named = Object.keys(ImageBuildPolicyDocument.shape).filter((field) => field in changes);
  const idle = named.filter((field) => !REPLAYED.some((it) => it === field));
  if (idle.length > 0) throw new Fault('INVALID_REQUEST', `${idle.map(whyIdle).join('; ')}: ${CHOICE}`);
  if (named.length === 0) throw new Fault('INVALID_REQUEST', `expected a field of the policy: ${CHOICE}`);
  const { policy } = checked;
  return Object.fromEntries(
    REPLAYED.filter((field) => named.includes(field)).map((field) => [field, policy[field]]),
  );
};

const CHOICE = `a replay can change ${REPLAYED.join(' and ')}`;

const whyIdle = (field: string): string =>
  field === 'min_disk_free_percent'
    ? `what ${field} would have done is not on record, as no event tells how full disks of agents are`
    : `${field} does not decide when builds run`;
