import type { VersionName } from '@gild/contracts';
import { standingOf, type VersionStanding } from '@gild/registry-domain';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** A version that is built on another one, directly or through others. */
export type Descendant = { published: PublishedVersion; base: VersionName };

/** Every published version whose line of bases holds the version, nearest first; what it is built on directly is `base`. */
export const descendantsOf = (images: ImagesState, { imageName, version }: VersionName): Descendant[] => {
  const builtOn = childrenByBase(images);
  const found: Descendant[] = [];
  const visited = new Set<string>();
  let generation = [{ imageName, version }];
  while (generation.length > 0) {
    const next = generation.flatMap((base) =>
      (builtOn.get(nameOf(base)) ?? []).map((published) => ({ published, base })),
    );
    const fresh = next.filter(({ published }) => !visited.has(nameOf(published)));
    fresh.forEach(({ published }) => visited.add(nameOf(published)));
    found.push(...fresh);
    generation = fresh.map(({ published }) => ({
      imageName: published.imageName,
      version: published.version,
    }));
  }
  return found;
};

/** A version that is built on the one asked about; `base`: on which it is built directly. */
export type DescendantDocument = {
  image_name: string;
  version: string;
  state: VersionStanding;
  base: { image_name: string; version: string };
};

export const descendantDocuments = (images: ImagesState, of: VersionName): DescendantDocument[] =>
  descendantsOf(images, of).map(({ published: { imageName, version }, base }) => ({
    ...{ image_name: imageName, version },
    state: standingOf(images.get(imageName)?.life.fates.get(version)),
    base: { image_name: base.imageName, version: base.version },
  }));

/** `IMAGE@VERSION`. */
export const nameOf = ({ imageName, version }: VersionName): string => `${imageName}@${version}`;

const childrenByBase = (images: ImagesState): Map<string, PublishedVersion[]> => {
  const children = new Map<string, PublishedVersion[]>();
  for (const { versions } of images.values())
    for (const published of versions.values()) {
      if (published.base === undefined) continue;
      const key = nameOf(published.base);
      children.set(key, [...(children.get(key) ?? []), published]);
    }
  return children;
};
