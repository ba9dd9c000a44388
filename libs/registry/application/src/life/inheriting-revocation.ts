import { ImageEvent, streams, type VersionName } from '@gild/contracts';
import { eventParser, LevelProcess, loadDecideAppend } from '@gild/application-core';
import { faultCode } from '@gild/ports';
import { image } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';
import { nameOf } from './descendants.js';

const parse = eventParser(ImageEvent);

/**
 * Revokes what is built on a revoked version, also what is published on it afterwards. Judged by the state alone, so that it may be
 * done at any time, by any number of registries.
 */
export const inheritRevocations = async (
  deps: RegistryDeps,
  images: () => Promise<ImagesState>,
  signal?: AbortSignal,
): Promise<void> => {
  const undecidable = new Set<string>();
  const due = async () => dueIn(await images(), undecidable);
  // What is revoked now may itself be a base: each turn goes one generation further.
  for (let next = await due(); next.length > 0; next = await due())
    for (const each of next) {
      signal?.throwIfAborted();
      if (!(await isInherited(each, deps))) undecidable.add(nameOf(each.heir));
    }
};

/** False of an image that a newer release has recorded something about: the registry of that one revokes it, and nothing else waits for it. */
const isInherited = async (due: Due, deps: RegistryDeps): Promise<boolean> => {
  try {
    await inherit(due, deps);
    return true;
  } catch (error) {
    if (faultCode(error) !== 'NEWER_RELEASE') throw error;
    deps.report(error);
    return false;
  }
};

/** Does so when it starts, and whenever a version is revoked or published. */
export const inheritingRevocation = (deps: RegistryDeps, images: () => Promise<ImagesState>): LevelProcess =>
  new LevelProcess({
    ...deps,
    filter: { types: ['VersionRevoked', 'VersionPublished'] },
    look: (signal) => inheritRevocations(deps, images, signal),
  });

type Inherited = { base: VersionName; revocation: Revocation };
type Due = Inherited & { heir: PublishedVersion };
type Revocation = {
  by: string;
  reason: string;
  rollBack: boolean;
  cause: { id: string; correlationId: string };
};

/**
 * One generation: what is built on another one that is due comes after it, and inherits from that; what is built on one that is
 * `undecidable` does not wait for it.
 */
const dueIn = (images: ImagesState, undecidable: ReadonlySet<string>): Due[] => {
  const due = allDueIn(images).filter(({ heir }) => !undecidable.has(nameOf(heir)));
  const names = new Set(due.map(({ heir }) => nameOf(heir)));
  return due.filter(({ heir }) => heir.base === undefined || !names.has(nameOf(heir.base)));
};

const allDueIn = (images: ImagesState): Due[] =>
  [...images.values()].flatMap(({ versions, life }) =>
    [...versions.values()].flatMap((heir) => {
      const fate = life.fates.get(heir.version);
      if (fate?.revoked !== undefined || fate?.deleted !== undefined) return [];
      const inherited = revocationOf(heir.base, images);
      return inherited === undefined ? [] : [{ heir, ...inherited }];
    }),
  );

/**
 * The nearest revocation in the line of bases that passes on, whatever stands in between: a deleted version, or one that was revoked
 * alone, keeps nothing from what is built on it.
 */
const revocationOf = (base: VersionName | undefined, images: ImagesState): Inherited | undefined => {
  for (let at = base; at !== undefined; at = baseOf(at, images)) {
    const revocation = passedOnBy(at, images);
    if (revocation !== undefined)
      return { base: { imageName: at.imageName, version: at.version }, revocation };
  }
  return undefined;
};

const passedOnBy = ({ imageName, version }: VersionName, images: ImagesState): Revocation | undefined => {
  const { life, revokedBy } = images.get(imageName) ?? {};
  const revoked = life?.fates.get(version)?.revoked;
  const cause = revokedBy?.get(version);
  return revoked?.descendants === true && cause !== undefined ? { ...revoked, cause } : undefined;
};

const baseOf = ({ imageName, version }: VersionName, images: ImagesState): VersionName | undefined =>
  images.get(imageName)?.versions.get(version)?.base;

const inherit = async ({ heir, base, revocation }: Due, deps: RegistryDeps): Promise<void> => {
  const { by, reason, rollBack, cause } = revocation;
  const { imageName, version } = heir;
  const decision = await loadDecideAppend(deps, {
    decider: image,
    stream: streams.image(imageName),
    parse,
    command: {
      type: 'RevokeVersion',
      data: { version, by, reason, descendants: true, rollBack, inherited: base },
    },
    context: {
      ...{ actor: 'registry', now: deps.clock.now() },
      commandId: `inherit revocation ${nameOf(heir)} ${nameOf(base)}`,
      ...{ correlationId: cause.correlationId, causationId: cause.id },
      causationStream: streams.image(base.imageName),
    },
  });
  if (!decision.ok) throw new Error(`${nameOf(heir)} cannot be revoked: ${decision.rejection.code}`);
};
