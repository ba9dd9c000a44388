import {
  BuildInputs,
  GoldenImageConfig,
  objectKeys,
  publishedArtifacts,
  type Arch,
  type BuildBase,
  type VersionName,
  violation,
  type Violation,
} from '@gild/contracts';
import { Fault, faultCode, type ObjectStore } from '@gild/ports';
import { chooseBase, standingOf, type BaseCandidate, type BaseContent } from '@gild/registry-domain';
import { z } from 'zod';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** The version a build starts from, as its inputs have it, with what it brings. */
export type FoundBase = { build: BuildBase; content: BaseContent };

/** By architecture; empty where the definition names no base. */
export type BaseAnswer =
  { ok: true; bases: ReadonlyMap<Arch, FoundBase> } | { ok: false; violations: readonly Violation[] };

type Definition = Pick<GoldenImageConfig, 'name' | 'base_image' | 'base_os' | 'os_version'>;
type Sources = { images: ImagesState; objects: ObjectStore };

/**
 * Resolves a definition's range to the newest version that fits now and has an artifact for every architecture. Faults:
 * ARTIFACT_DAMAGED, and those of the store.
 */
export const basesOfBuild = async (
  { name, base_image: wanted, base_os: baseOs, os_version: osVersion }: Definition,
  arches: readonly Arch[],
  { images, objects }: Sources,
): Promise<BaseAnswer> => {
  if (wanted === undefined) return { ok: true, bases: new Map() };
  const line = lineOf(wanted.name, images);
  if (line.includes(name)) return { ok: false, violations: [ownBase(name, line)] };
  const { versions, life } = images.get(wanted.name) ?? {};
  const choice = chooseBase({
    ...{ wanted, arches, baseOs, osVersion },
    candidates:
      versions &&
      [...versions.values()].map((published) => ({
        ...candidate(published, arches),
        state: standingOf(life?.fates.get(published.version)),
      })),
    images: [...images.keys()],
  });
  if (!choice.ok) return choice;
  return foundBases({ published: versions?.get(choice.version), version: choice.version }, arches, objects);
};

type Chosen = { published: PublishedVersion | undefined; version: string };

const foundBases = async (
  { published, version }: Chosen,
  arches: readonly Arch[],
  objects: ObjectStore,
): Promise<BaseAnswer> => {
  if (published === undefined) throw new Error(`${version} was chosen, but is no version`);
  const bases = new Map<Arch, FoundBase>();
  for (const arch of arches) bases.set(arch, await foundBase(published, arch, objects));
  return { ok: true, bases };
};

/** The image, the one its definition starts from, and so on. */
const lineOf = (name: string, images: ImagesState): string[] => {
  const line: string[] = [];
  for (let at: string | undefined = name; at !== undefined && !line.includes(at);) {
    line.push(at);
    at = Start.parse(images.get(at)?.definition ?? {}).base_image?.name;
  }
  return line;
};

const Start = z.object({ base_image: z.object({ name: z.string() }).optional().catch(undefined) });

/** Each of them would be built again because of the other, without end. */
const ownBase = (name: string, line: readonly string[]): Violation =>
  violation({
    path: ['base_image', 'name'],
    expected: `an image that is not built on ${name} itself`,
    found: line.slice(0, line.indexOf(name) + 1).join(', which is built on '),
  });

const Release = z.object({ base_os: z.string().catch(''), os_version: z.string().catch('') });

const candidate = (published: PublishedVersion, wanted: readonly string[]): Omit<BaseCandidate, 'state'> => {
  const { base_os: baseOs, os_version: osVersion } = Release.parse(published.definition);
  const artifacts = publishedArtifacts(published).map(({ artifact }) => artifact);
  return {
    ...{ version: published.version, baseOs, osVersion },
    arches: artifacts.map(({ arch }) => arch),
    hasLayers: artifacts
      .filter(({ arch }) => wanted.includes(arch))
      .every(({ layers = [], packageState }) => layers.length > 0 && packageState !== undefined),
  };
};

const foundBase = async (
  published: PublishedVersion,
  arch: Arch,
  objects: ObjectStore,
): Promise<FoundBase> => {
  const { imageName, version } = published;
  const built = publishedArtifacts(published).find(({ artifact }) => artifact.arch === arch);
  if (built === undefined) throw new Error(`${version} was chosen, but has no image for ${arch}`);
  const { layers = [], packageState, object, taskservVersions } = built.artifact;
  if (packageState === undefined) throw new Error(`${version} was chosen, but has no package state`);
  const inputs = await inputsOf({ imageName, version, inputDigest: built.inputDigest }, objects);
  const taskservs = [...(inputs.base?.taskservs ?? []), ...installedBy(inputs, { imageName, version })];
  return {
    build: { imageName, version, checksum: object.sha256, layers, packageState, taskservs },
    content: { image: `${imageName} ${version}`, taskservs, versions: taskservVersions },
  };
};

const installedBy = (
  { definition, taskservs }: BuildInputs,
  { imageName, version }: VersionName,
): BuildInputs['taskservs'] => {
  const { data, error } = GoldenImageConfig.safeParse(definition);
  if (data !== undefined) return data.steps.install_taskservs ? taskservs : [];
  throw new Fault(
    'ARTIFACT_DAMAGED',
    `the build inputs of ${imageName} ${version} are not for this release to read; build ${imageName} again`,
    { cause: error },
  );
};

/** The inputs a published version was built from. Faults: ARTIFACT_DAMAGED when they are lost; those of the store that pass. */
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
    throw isPassing(cause) ? cause : lost(cause);
  }
};

/** The same call may succeed later without anybody changing anything. */
export const isPassing = (error: unknown): boolean =>
  faultCode(error) !== undefined && (error as Fault).retryable;
