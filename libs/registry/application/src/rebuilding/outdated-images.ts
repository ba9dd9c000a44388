import { BuildOptions, OutdatedQuery, type ImageBuildPolicy, type OutdatedImage } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { type Moment, type MomentOf, storeAsOf } from '@gild/application-core';
import { faultCode, type Fault, type TaskservCatalogue } from '@gild/ports';
import { isPassing } from '../preparing/base-of-build.js';
import { findBuild, whatIsBuilt, type PreparingDeps } from '../preparing/resolved-build.js';
import type { RegistryDeps } from '../registry-deps.js';
import { parseRequest } from '../requests.js';
import { findImage, latestOf, standingVersions } from '../views/find-version.js';
import type { ImageRecord, PublishedVersion } from '../views/images-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { causeOf } from './cause-of.js';
import { differences } from './differences.js';
import { becauseOf, refusalOf, toldOf } from './told-of-outdated.js';

export type OutdatedImages = {
  /**
   * `OutdatedQuery`: the images of which a build would make something that there is not yet, and their newest version is not, by name. An image that
   * cannot be built any more is one of them, and keeps none of the others from being told. Of the past so is one of which it cannot be told
   * (`cannot_be_told`), because of what the catalogue, the store or the release of now lack. Faults: IMAGE_NOT_FOUND, and retryable ones; a defect
   * is of no image, and rejects the question too.
   */
  outdated(query?: unknown): Promise<OutdatedImage[]>;
};

const NOT_NUMBERED = 'the policy creates no versions by itself (auto_create_versions)';

type Sources = { deps: RegistryDeps; views: Pick<RegistryViews, 'images' | 'policy'>; momentOf: MomentOf };

export const outdatedQuery =
  ({ deps, views, momentOf }: Sources): OutdatedImages['outdated'] =>
  async (query) => {
    const asked = parseRequest(OutdatedQuery, query);
    const moment = await momentOf(asked);
    const given: Given = {
      ...{ ...deps, store: storeAsOf(deps.store, moment), catalogue: readOnce(deps.catalogue) },
      images: await imagesAt(moment, views),
      ...{ policy: (await views.policy(moment)).policy, isPast: moment !== undefined },
    };
    const images = await given.images();
    if (asked.image !== undefined) findImage(images, asked.image);
    const names = asked.image === undefined ? [...images.keys()].sort() : [asked.image];
    const found: OutdatedImage[] = [];
    for (const name of names) {
      const image = findImage(await given.images(), name);
      if (!asked.automatic || isAutomatic(image)) found.push(...(await ifOutdated(name, image, given)));
    }
    return found;
  };

type Given = PreparingDeps & { policy: ImageBuildPolicy; isPast: boolean };

/** Those of the past are the same however long the question takes. */
const imagesAt = async (
  moment: Moment | undefined,
  { images }: Sources['views'],
): Promise<PreparingDeps['images']> => {
  if (moment === undefined) return () => images();
  const then = await images(moment);
  return () => Promise.resolve(then);
};

const isAutomatic = ({ definition }: ImageRecord): boolean => definition['auto_rebuild'] === true;

const readOnce = (catalogue: TaskservCatalogue): TaskservCatalogue => {
  let all: ReturnType<TaskservCatalogue['all']> | undefined;
  return { all: () => (all ??= catalogue.all()) };
};

const ifOutdated = async (name: string, image: ImageRecord, given: Given): Promise<OutdatedImage[]> => {
  const version = newestOf(image);
  if (version === undefined) return [];
  const { definition } = image;
  const options = optionsOf(version, definition);
  const document = {
    ...{ image_name: name, version: version.version, definition, options },
    definition_digest: image.definitionDigest,
  };
  try {
    const build = await findBuild({ definition, options, policy: given.policy }, given);
    const all = await differences({ version, build, bootTest: options.bootTest }, given);
    const reasons = toldOf(all, given);
    if (reasons.length === 0) return [];
    const input_digests = build.parts.map(({ inputDigest }) => inputDigest);
    // What somebody defined otherwise is theirs to build first.
    const isSame = isBuiltAlike(version.definition, definition);
    const asks = isAutomatic(image) && isSame && reasons.some(({ byItself }) => byItself);
    const cause = await causeOf(reasons, given.store);
    const found = { ...document, ...becauseOf(reasons, given), ...cause, can_be_built: true };
    return [{ ...found, ...prospect(asks, given.policy), input_digests }];
  } catch (error) {
    if (faultCode(error) === undefined || isPassing(error)) throw error;
    const refused = { can_be_built: false, automatic: false, input_digests: [] };
    const asked = { definition, arch: options.arch, policy: given.policy };
    return [{ ...document, ...(await refusalOf(error as Fault, asked, given)), ...refused }];
  }
};

/** Whether it is built by itself, as its definition asks, or what is in the way. */
const prospect = (asks: boolean, policy: ImageBuildPolicy): Pick<OutdatedImage, 'automatic' | 'hindrance'> =>
  asks && !policy.auto_create_versions ? { automatic: false, hindrance: NOT_NUMBERED } : { automatic: asks };

/** The newest version that may be used, or was there before it was withdrawn: with its base, perhaps, which another one replaces. */
const newestOf = (image: ImageRecord): PublishedVersion | undefined =>
  image.versions.get(latestOf(image) ?? standingVersions(image)[0] ?? '');

/** As the version was built; a definition that has changed since is built as it says itself. */
const optionsOf = (
  { artifact, others, bootTest, definition }: PublishedVersion,
  present: Record<string, unknown>,
): OutdatedImage['options'] => {
  if (!isBuiltAlike(definition, present)) return BuildOptions.parse({});
  const arch = others === undefined ? { arch: artifact.arch } : {};
  return BuildOptions.parse({ bootTest, ...arch });
};

const isBuiltAlike = (one: Record<string, unknown>, other: Record<string, unknown>): boolean =>
  canonicalJson(whatIsBuilt(one)) === canonicalJson(whatIsBuilt(other));
