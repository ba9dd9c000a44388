import { DEFAULT_POLICY, ImageBuildPolicy, type PolicyEvent } from '@gild/contracts';
import { accept, canonicalJson, command, oneOf, type Decider } from '@gild/kernel';
import { z } from 'zod';

export const PolicyCommand = oneOf(command('SetPolicy', { policy: ImageBuildPolicy, by: z.string() }));
export type PolicyCommand = z.infer<typeof PolicyCommand>;

export type PolicyState = { policy: ImageBuildPolicy; changes: number };

/** The limits and defaults of a registry; those of the product until somebody sets others. */
export const policy: Decider<PolicyState, PolicyCommand, PolicyEvent, never> = {
  initial: { policy: DEFAULT_POLICY, changes: 0 },
  decide: ({ data }, state) =>
    canonicalJson(data.policy) === canonicalJson(state.policy)
      ? accept()
      : accept({ type: 'PolicySet', data }),
  evolve: (state, { data }) => ({
    // Written by another release: what is missing gets its default; what makes no sense here changes nothing.
    policy: ImageBuildPolicy.safeParse({ ...DEFAULT_POLICY, ...data.policy }).data ?? state.policy,
    changes: state.changes + 1,
  }),
};
