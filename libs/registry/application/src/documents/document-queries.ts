import type { GoldenImageRegistry, GoldenImageVersion } from '@gild/contracts';
import { firstEvent, type MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, parseRequest, VersionQuery, VersionsQuery } from '../requests.js';
import { verifyVersion, type VerifiedVersion } from '../verifying/verify-version.js';
import { findImage, findVersion } from '../views/find-version.js';
import type { RegistryViews } from '../views/registry-views.js';
import { usageOf, usagesOf } from '../views/vms-view.js';
import { imageSummary, type ImageSummary } from './image-summary.js';
import { registryDocument } from './registry-document.js';
import { versionDocument } from './version-document.js';
import { newestFirst } from './version-order.js';

/** Questions answered from the views. */
export type DocumentQueries = {
  /** `{ at? }`, by name. */
  images(query?: unknown): Promise<ImageSummary[]>;
  /** `{ image, at? }`, newest first. */
  versions(query: unknown): Promise<GoldenImageVersion[]>;
  /** `{ image, version, at? }`; `latest` is the highest finished version. */
  version(query: unknown): Promise<GoldenImageVersion>;
  /** `{ at? }`: everything, as one document. */
  registryDocument(query?: unknown): Promise<GoldenImageRegistry>;
  /** `{ image, version }`: reads every byte of the version again. */
  verifyArtifact(query: unknown): Promise<VerifiedVersion>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

export const documentQueries = ({ deps, views, momentOf }: Given): DocumentQueries => ({
  images: async (query) => {
    const { images, vms } = await views.imagesAndVms(await momentOf(parseRequest(AtQuery, query)));
    return [...images.keys()]
      .sort()
      .map((name) => imageSummary(name, findImage(images, name), usagesOf(vms, name)));
  },
  versions: async (query) => {
    const asked = parseRequest(VersionsQuery, query);
    const { images, vms } = await views.imagesAndVms(await momentOf(asked));
    const { versions } = findImage(images, asked.image);
    const ordered = newestFirst(versions.keys()).flatMap((number) => versions.get(number) ?? []);
    return ordered.map((it) => versionDocument(it, usageOf(vms, it)));
  },
  version: async (query) => {
    const asked = parseRequest(VersionQuery, query);
    const { images, vms } = await views.imagesAndVms(await momentOf(asked));
    const found = findVersion(images, asked.image, asked.version);
    return versionDocument(found, usageOf(vms, found));
  },
  registryDocument: async (query) => {
    const moment = await momentOf(parseRequest(AtQuery, query));
    const beginning = await firstEvent(deps.store);
    const builds = await deps.builds(moment?.position);
    const policy = await views.policy(moment);
    return registryDocument({
      registryId: deps.registryId,
      location: deps.location,
      createdAt: beginning?.metadata.time ?? deps.clock.now(),
      ...(await views.imagesAndVms(moment)),
      policy,
      builds,
    });
  },
  verifyArtifact: async (query) => {
    const { image, version } = parseRequest(VersionQuery, query);
    return verifyVersion(findVersion(await views.images(), image, version), deps);
  },
});
