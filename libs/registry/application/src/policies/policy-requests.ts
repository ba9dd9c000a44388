import { validatePolicy, type ImageBuildPolicy } from '@gild/contracts';
import type { MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, ChangePolicyRequest, parseRequest, SetPolicyRequest } from '../requests.js';
import type { RegistryViews } from '../views/registry-views.js';
import { decidePolicy, invalidPolicy } from './decide-policy.js';

export type PolicyRequests = {
  /** `{ at? }`: the policy in force. */
  policy(query?: unknown): Promise<ImageBuildPolicy>;
  /** `{ policy, actor }`: puts a whole policy in force; what it leaves out gets its default. */
  setPolicy(request: unknown): Promise<ImageBuildPolicy>;
  /** `{ changes, actor }`: puts the policy in force with these fields changed. */
  changePolicy(request: unknown): Promise<ImageBuildPolicy>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

export const policyRequests = ({ deps, views, momentOf }: Given): PolicyRequests => ({
  policy: async (query) => {
    const moment = await momentOf(parseRequest(AtQuery, query));
    return (await views.policy(moment)).policy;
  },
  setPolicy: async (request) => {
    const { policy: written, actor: by } = parseRequest(SetPolicyRequest, request);
    const checked = validatePolicy(written);
    if (!checked.ok) throw invalidPolicy(checked.violations);
    await decidePolicy({ type: 'SetPolicy', data: { policy: checked.policy, by } }, deps);
    return (await views.policy()).policy;
  },
  changePolicy: async (request) => {
    const { changes, actor: by } = parseRequest(ChangePolicyRequest, request);
    await decidePolicy({ type: 'ChangePolicy', data: { changes, by } }, deps);
    return (await views.policy()).policy;
  },
});
