import {
  BuildInputs,
  GoldenImageConfig,
  objectKeys,
  type Arch,
  type BuildBase,
  type Violation,
} from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';
import { chooseBase, type BaseCandidate, type BaseContent } from '@gild/registry-domain';
import { z } from 'zod';
import { versionDocument } from '../documents/version-document.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** The version a build starts from, as its inputs have it, with what it brings. */
export type FoundBase = { build: BuildBase; content: BaseContent };

export type BaseAnswer =
  { ok: true; base: FoundBase | undefined } | { ok: false; violations: readonly Violation[] };

type Definition = Pick<GoldenImageConfig, 'base_image' | 'base_os' | 'os_version'>;
type Sources = { images: ImagesState; objects: ObjectStore };

/** Resolves a definition's range to the newest version that fits now. Faults: ARTIFACT_DAMAGED, and those of the store. */
export const baseOfBuild = async (
  { base_image: wanted, base_os: baseOs, os_version: osVersion }: Definition,
  archOf: () => Arch,
  { images, objects }: Sources,
): Promise<BaseAnswer> => {
  if (wanted === undefined) return { ok: true, base: undefined };
  const versions = images.get(wanted.name)?.versions;
  const choice = chooseBase({
    ...{ wanted, arch: archOf(), baseOs, osVersion },
    candidates: versions && [...versions.values()].map(candidate),
    images: [...images.keys()],
  });
  if (!choice.ok) return choice;
  const published = versions?.get(choice.version);
  if (published === undefined) throw new Error(`${choice.version} was chosen, but is no version`);
  return { ok: true, base: await foundBase(published, objects) };
};

const Release = z.object({ base_os: z.string().catch(''), os_version: z.string().catch('') });

const candidate = (published: PublishedVersion): BaseCandidate => {
  const { base_os: baseOs, os_version: osVersion } = Release.parse(published.definition);
  const { layers, packageState, arch } = published.artifact;
  return {
    ...{ version: published.version, arch, baseOs, osVersion },
    state: versionDocument(published).state,
    hasLayers: layers !== undefined && layers.length > 0 && packageState !== undefined,
  };
};

const foundBase = async (published: PublishedVersion, objects: ObjectStore): Promise<FoundBase> => {
  const { imageName, version, artifact } = published;
  const { layers = [], packageState, object, taskservVersions } = artifact;
  if (packageState === undefined) throw new Error(`${version} was chosen, but has no package state`);
  const inputs = await inputsOf(published, objects);
  const taskservs = [...(inputs.base?.taskservs ?? []), ...installedBy(inputs)];
  return {
    build: { imageName, version, checksum: object.sha256, layers, packageState, taskservs },
    content: { image: `${imageName} ${version}`, taskservs, versions: taskservVersions },
  };
};

const installedBy = ({ definition, taskservs }: BuildInputs): BuildInputs['taskservs'] =>
  GoldenImageConfig.parse(definition).steps.install_taskservs ? taskservs : [];

/** The inputs a published version was built from. Fault: ARTIFACT_DAMAGED when they are lost. */
export const inputsOf = async (
  { imageName, version, inputDigest }: Pick<PublishedVersion, 'imageName' | 'version' | 'inputDigest'>,
  objects: ObjectStore,
): Promise<BuildInputs> => {
  const key = objectKeys.inputs(inputDigest);
  const head = await objects.head(key);
  const lost = (cause?: unknown) =>
    new Fault(
      'ARTIFACT_DAMAGED',
      `the build inputs ${key} of ${imageName} ${version} are ${head === undefined ? 'gone' : 'damaged'}; build ${imageName} again`,
      { cause },
    );
  if (head === undefined) throw lost();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of objects.read({ key, sha256: inputDigest, ...head }))
      text += decoder.decode(piece, { stream: true });
    return BuildInputs.parse(JSON.parse(text));
  } catch (cause) {
    throw lost(cause);
  }
};
