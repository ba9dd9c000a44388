import type { GoldenImageRegistry, GoldenImageVersion } from '@gild/contracts';
import { firstEvent, type Moment, type MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { channelDocuments, type ChannelDocument } from '../life/channel-document.js';
import { descendantDocuments, type DescendantDocument } from '../life/descendants.js';
import {
  AtQuery,
  ChannelsQuery,
  DescendantsQuery,
  parseRequest,
  VersionNowQuery,
  VersionQuery,
  VersionsQuery,
} from '../requests.js';
import { verifyVersion, type VerifiedVersion } from '../verifying/verify-version.js';
import {
  findImage,
  findVersion,
  requireNotDeleted,
  requireUsable,
  standingVersions,
} from '../views/find-version.js';
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
  /** `{ image, deleted?, at? }`, newest first; deleted ones only when they are asked for. */
  versions(query: unknown): Promise<GoldenImageVersion[]>;
  /** `{ image, version, usable?, at? }`; `latest` is the highest finished version. `usable`: a withdrawn one is refused. */
  version(query: unknown): Promise<GoldenImageVersion>;
  /** `{ image, at? }`, by name. */
  channels(query: unknown): Promise<ChannelDocument[]>;
  /** `{ image, version, at? }`: what is built on the version, directly or through others, nearest first. */
  descendants(query: unknown): Promise<DescendantDocument[]>;
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
    const image = findImage(images, asked.image);
    const numbers = asked.deleted ? newestFirst(image.versions.keys()) : standingVersions(image);
    return numbers
      .flatMap((number) => image.versions.get(number) ?? [])
      .map((published) => versionDocument(published, image.life, usageOf(vms, published)));
  },
  version: async (query) => {
    const asked = parseRequest(VersionQuery, query);
    const { images, vms } = await views.imagesAndVms(await momentOf(asked));
    const found = findVersion(images, asked.image, asked.version);
    const published = asked.usable ? requireUsable(images, found) : found;
    return versionDocument(published, findImage(images, asked.image).life, usageOf(vms, published));
  },
  channels: async (query) => {
    const asked = parseRequest(ChannelsQuery, query);
    const images = await views.images(await momentOf(asked));
    return channelDocuments(asked.image, findImage(images, asked.image));
  },
  descendants: async (query) => {
    const asked = parseRequest(DescendantsQuery, query);
    const images = await views.images(await momentOf(asked));
    return descendantDocuments(images, findVersion(images, asked.image, asked.version));
  },
  registryDocument: async (query) =>
    wholeRegistry(await momentOf(parseRequest(AtQuery, query)), { deps, views }),
  verifyArtifact: (query) => verifyArtifact(query, { deps, views }),
});

const verifyArtifact = async (
  query: unknown,
  { deps, views }: Omit<Given, 'momentOf'>,
): Promise<VerifiedVersion> => {
  const { image, version } = parseRequest(VersionNowQuery, query);
  const images = await views.images();
  return verifyVersion(requireNotDeleted(images, findVersion(images, image, version)), deps);
};

const wholeRegistry = async (
  moment: Moment | undefined,
  { deps, views }: Omit<Given, 'momentOf'>,
): Promise<GoldenImageRegistry> => {
  const beginning = await firstEvent(deps.store);
  const builds = await deps.builds(moment?.position);
  const policy = await views.policy(moment);
  return registryDocument({
    registryId: deps.registryId,
    location: deps.location,
    createdAt: beginning?.metadata.time ?? deps.clock.now(),
    ...(await views.imagesAndVms(moment)),
    hostCaches: await views.hostCaches(moment),
    policy,
    builds,
  });
};
