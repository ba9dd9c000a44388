import type { ImageBuildPolicy, ObjectGrant, PreparedBuild } from '@gild/contracts';
import { oneFlight } from '@gild/kernel';
import { resolveMoment, storeAsOf, type MomentOf, type ViewReport } from '@gild/application-core';
import { hostCacheRequests, type HostCacheRequests } from './caches/host-cache-requests.js';
import { catalogueQueries, type CatalogueQueries } from './catalogue/catalogue-queries.js';
import { contentQueries, type ContentQueries } from './contents/content-queries.js';
import { documentQueries, type DocumentQueries } from './documents/document-queries.js';
import { grantDisk } from './granting/grant-disk.js';
import { grantObject } from './granting/grant-object.js';
import { openUploads } from './granting/open-uploads.js';
import { requiringNotRemoved } from './granting/require-not-removed.js';
import type { History } from './history/entry.js';
import { historyOf } from './history/history.js';
import { channelRequests, type ChannelRequests } from './life/channel-requests.js';
import { versionRequests, type VersionRequests } from './life/version-requests.js';
import { policyRequests, type PolicyRequests } from './policies/policy-requests.js';
import { oneAtATime } from './preparing/one-at-a-time.js';
import { prepareBuild, previewBuild } from './preparing/prepare-build.js';
import { registryProcesses, type RegistryProcesses } from './processes/registry-processes.js';
import { outdatedQuery, type OutdatedImages } from './rebuilding/outdated-images.js';
import type { RegistryDeps } from './registry-deps.js';
import { HistoryQuery, parseRequest, PrepareBuildRequest, PreviewBuildRequest } from './requests.js';
import { removerOf } from './removing/removing-objects.js';
import type { ImagesState } from './views/images-view.js';
import { registryViews } from './views/registry-views.js';
import { vmRequests, type VmRequests } from './vms/vm-requests.js';

/**
 * The registry's use cases. Requests are checked here, so that an edge only passes them on; a refusal is a fault with a
 * code of `errorCodes`. Every question may be asked of the past: `at` is a time or a position of the log.
 */
export type RegistryService = DocumentQueries &
  ContentQueries &
  CatalogueQueries &
  OutdatedImages &
  PolicyRequests &
  ChannelRequests &
  VmRequests &
  HostCacheRequests &
  VersionRequests &
  RegistryProcesses & {
    /** `PrepareBuild` of the contracts. Safe to repeat: a job holds one number. */
    prepareBuild(request: unknown): Promise<PreparedBuild>;
    /** `PreviewBuild`. `jobId` is empty when nothing answers yet, because a preview reserves nothing. */
    previewBuild(request: unknown): Promise<PreparedBuild>;
    /** `ObjectGrantRequest` of the agent, whose name the transport vouches for. */
    grantObject(agentId: string, request: unknown): Promise<ObjectGrant>;
    /** `DiskGrantRequest`: see there. */
    grantDisk(request: unknown): Promise<ObjectGrant>;
    /**
     * `{ subject, at?, causes?, after? }`: an image, IMAGE@VERSION, a job id, an agent id, `policy`, a VM or `vm:` and one, a host or `host:` and
     * one, or `actor:` and one, whose history comes in pages: `after` the `next` of the page before.
     */
    history(query: unknown): Promise<History>;
    /** Rebuilds every view from nothing and compares it with the served one at the same position. */
    verifyViews(): Promise<{ views: ViewReport[] }>;
  };

export const registryService = (deps: RegistryDeps): RegistryService => {
  const views = registryViews(deps);
  const granting = {
    ...{ flight: oneFlight(), uploads: openUploads() },
    requireNotRemoved: requiringNotRemoved(deps.store),
  };
  const removeUnneeded = removerOf({ deps, views });
  const policy = async () => (await views.policy()).policy;
  const momentOf: MomentOf = async ({ at }) => (at === undefined ? undefined : resolveMoment(at, deps));
  return {
    ...registryProcesses({ deps, views, policy, removeUnneeded }),
    ...preparing(deps, { images: () => views.images(), policy }),
    grantObject: (agentId, request) =>
      grantObject(agentId, request, { ...deps, grants: deps.grants, ...granting }),
    grantDisk: (request) =>
      grantDisk(request, { objects: deps.objects, grants: deps.grants, images: () => views.images() }),
    ...catalogueQueries(deps),
    outdated: outdatedQuery({ deps, views, momentOf }),
    ...documentQueries({ deps, views, momentOf }),
    ...contentQueries({ deps, views, momentOf }),
    ...channelRequests({ deps, views, removeUnneeded }),
    ...versionRequests({ deps, views, removeUnneeded }),
    ...policyRequests({ deps, views, momentOf }),
    ...vmRequests({ deps, views, momentOf }),
    ...hostCacheRequests({ deps, views, momentOf }),
    history: async (query) => {
      const asked = parseRequest(HistoryQuery, query);
      const store = storeAsOf(deps.store, await momentOf(asked));
      const from = await momentOf({ at: asked.after });
      return historyOf({ ...asked, after: from?.position }, { store, registryId: deps.registryId });
    },
    verifyViews: async () => ({ views: await views.verify() }),
  };
};

type Views = { images: () => Promise<ImagesState>; policy: () => Promise<ImageBuildPolicy> };

const preparing = (
  deps: RegistryDeps,
  { images, policy }: Views,
): Pick<RegistryService, 'prepareBuild' | 'previewBuild'> => {
  const inTurn = oneAtATime();
  return {
    prepareBuild: async (request) =>
      prepareBuild(
        { ...parseRequest(PrepareBuildRequest, request), policy: await policy() },
        { ...deps, inTurn, images },
      ),
    previewBuild: async (request) =>
      previewBuild(
        { ...parseRequest(PreviewBuildRequest, request), policy: await policy() },
        { ...deps, images },
      ),
  };
};
