import { PolicyEvent, streams, type ImageBuildPolicy } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { policy } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';

const parse = eventParser(PolicyEvent);

/** Puts a policy in force; one that is in force already changes nothing. */
export const setPolicy = async (
  document: ImageBuildPolicy,
  by: string,
  deps: RegistryDeps,
): Promise<void> => {
  const commandId = deps.ids.uuid();
  await loadDecideAppend(deps, {
    decider: policy,
    stream: streams.policy(deps.registryId),
    parse,
    command: { type: 'SetPolicy', data: { policy: document, by } },
    context: {
      actor: by,
      now: deps.clock.now(),
      commandId,
      correlationId: commandId,
      causationId: commandId,
    },
  });
};
