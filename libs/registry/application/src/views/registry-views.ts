import { projection, type Moment, type Projection, type ViewReport } from '@gild/application-core';
import type { PolicyState } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { hostCachesView, type HostCachesState } from './host-caches-view.js';
import { imagesView, type ImagesState } from './images-view.js';
import { policyView } from './policy-view.js';
import { storageView, type StorageState } from './storage-view.js';
import { vmsView, type VmsState } from './vms-view.js';

/** The registry's views: as they are, or as they were at a moment. What is returned is read only, and read at once. */
export type RegistryViews = {
  images: (moment?: Moment) => Promise<ImagesState>;
  policy: (moment?: Moment) => Promise<PolicyState>;
  /** Both at once. */
  imagesAndVms: (moment?: Moment) => Promise<{ images: ImagesState; vms: VmsState }>;
  hostCaches: (moment?: Moment) => Promise<HostCachesState>;
  storage: () => Promise<StorageState>;
  /** Every view rebuilt from nothing and compared with the served one. */
  verify: () => Promise<ViewReport[]>;
};

export const registryViews = ({ store, registryId, sha256 }: RegistryDeps): RegistryViews => {
  const images = projection(store, imagesView);
  const policy = projection(store, policyView(registryId));
  const vms = projection(store, vmsView);
  const hostCaches = projection(store, hostCachesView);
  const storage = projection(store, storageView(registryId));
  const read = <S>(view: Projection<S>, moment: Moment | undefined): Promise<S> =>
    moment === undefined ? view.current() : view.asOf(moment.position).then(({ state }) => state);
  return {
    images: (moment) => read(images, moment),
    policy: async (moment) => (await read(policy, moment)).now,
    imagesAndVms: async (moment) => ({ vms: await read(vms, moment), images: await read(images, moment) }),
    hostCaches: (moment) => read(hostCaches, moment),
    storage: storage.current,
    verify: async () => {
      const reports: ViewReport[] = [];
      for (const { verify } of [images, policy, vms, hostCaches, storage]) reports.push(await verify(sha256));
      return reports;
    },
  };
};
