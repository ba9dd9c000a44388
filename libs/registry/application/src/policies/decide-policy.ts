import { formatViolations, PolicyEvent, streams, type Violation } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { Fault } from '@gild/ports';
import { policy, type PolicyCommand } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';

const parse = eventParser(PolicyEvent);

/** Puts a policy in force; one that is in force already changes nothing. Fault: INVALID_DOCUMENT. */
export const decidePolicy = async (command: PolicyCommand, deps: RegistryDeps): Promise<void> => {
  const commandId = deps.ids.uuid();
  const decision = await loadDecideAppend(deps, {
    decider: policy,
    stream: streams.policy(deps.registryId),
    parse,
    command,
    context: {
      ...{ actor: command.data.by, now: deps.clock.now(), commandId },
      ...{ correlationId: commandId, causationId: commandId },
    },
  });
  if (!decision.ok) throw invalidPolicy(decision.rejection.violations);
};

export const invalidPolicy = (violations: readonly Violation[]): Fault =>
  new Fault('INVALID_DOCUMENT', `the policy is not valid:\n${formatViolations(violations)}`, {
    details: { violations },
  });
