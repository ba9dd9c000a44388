import { validatePolicy, type ImageBuildPolicy } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, parseRequest, SetPolicyRequest } from '../requests.js';
import type { RegistryViews } from '../views/registry-views.js';
import { setPolicy } from './set-policy.js';

export type PolicyRequests = {
  /** `{ at? }`: the policy in force. */
  policy(query?: unknown): Promise<ImageBuildPolicy>;
  /** `{ policy, actor }`: puts a whole policy in force; what it leaves out gets its default. */
  setPolicy(request: unknown): Promise<ImageBuildPolicy>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

export const policyRequests = ({ deps, views, momentOf }: Given): PolicyRequests => ({
  policy: async (query) => {
    const moment = await momentOf(parseRequest(AtQuery, query));
    return (await views.policy(moment)).policy;
  },
  setPolicy: async (request) => {
    const { policy: written, actor } = parseRequest(SetPolicyRequest, request);
    const checked = validatePolicy(written);
    if (!checked.ok)
      throw new Fault(
        'INVALID_DOCUMENT',
        `the policy is not valid:\n${checked.violations.map(({ message }) => message).join('\n')}`,
        { details: { violations: checked.violations } },
      );
    await setPolicy(checked.policy, actor, deps);
    return (await views.policy()).policy;
  },
});
