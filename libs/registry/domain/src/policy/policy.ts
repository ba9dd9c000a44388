import {
  DEFAULT_POLICY,
  ImageBuildPolicy,
  validatePolicy,
  type PolicyEvent,
  type Violation,
} from '@gild/contracts';
import { accept, canonicalJson, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import { z } from 'zod';

export const PolicyCommand = oneOf(
  command('SetPolicy', { policy: ImageBuildPolicy, by: z.string() }),
  /** Some fields of it, as a person writes them; the others stay. */
  command('ChangePolicy', { changes: z.record(z.string(), z.unknown()), by: z.string() }),
);
export type PolicyCommand = z.infer<typeof PolicyCommand>;

export type PolicyState = { policy: ImageBuildPolicy; changes: number };

export type PolicyRejection = { code: 'POLICY_INVALID'; violations: readonly Violation[] };

/** The limits and defaults of a registry; those of the product until somebody sets others. */
export const policy: Decider<PolicyState, PolicyCommand, PolicyEvent, PolicyRejection> = {
  initial: { policy: DEFAULT_POLICY, changes: 0 },
  decide: ({ type, data }, state) => {
    if (type === 'SetPolicy') return set(data.policy, data.by, state);
    const checked = validatePolicy(changed(state.policy, data.changes));
    return checked.ok
      ? set(checked.policy, data.by, state)
      : reject({ code: 'POLICY_INVALID', violations: checked.violations });
  },
  evolve: (state, { data }) => ({
    // Written by another release: what is missing gets its default; what makes no sense here changes nothing.
    policy: ImageBuildPolicy.safeParse({ ...DEFAULT_POLICY, ...data.policy }).data ?? state.policy,
    changes: state.changes + 1,
  }),
};

const set = (
  next: ImageBuildPolicy,
  by: string,
  state: PolicyState,
): Decision<PolicyEvent, PolicyRejection> =>
  canonicalJson(next) === canonicalJson(state.policy)
    ? accept()
    : accept({ type: 'PolicySet', data: { policy: next, by } });

/** The release belongs to its distribution: another distribution without one has its own default. */
const changed = (
  { default_version, ...others }: ImageBuildPolicy,
  changes: Record<string, unknown>,
): Record<string, unknown> => ({
  ...others,
  ...('default_os' in changes ? {} : { default_version }),
  ...changes,
});
