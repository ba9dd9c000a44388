import { PolicyEvent, streams } from '@gild/contracts';
import { eventParser, typesOf, type View } from '@gild/application-core';
import { policy, type PolicyState } from '@gild/registry-domain';

/** The policy in force and how often it was changed. */
export const policyView = (registryId: string): View<{ now: PolicyState }> => {
  const parse = eventParser(PolicyEvent);
  const stream = streams.policy(registryId);
  return {
    name: 'policy',
    filter: { types: typesOf(PolicyEvent), streamPrefixes: [stream] },
    initial: () => ({ now: policy.initial }),
    apply: (state, recorded) => {
      // A prefix also lets through the policies of registries whose names begin alike.
      const event = recorded.stream === stream ? parse(recorded) : undefined;
      if (event !== undefined) state.now = policy.evolve(state.now, event);
    },
    snapshot: ({ now }) => now,
  };
};
