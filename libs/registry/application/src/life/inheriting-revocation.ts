import { ImageEvent, streams, type VersionName } from '@gild/contracts';
import { eventParser, LevelProcess, loadDecideAppend } from '@gild/application-core';
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
  // What is revoked now may itself be a base: each turn goes one generation further.
  for (let due = dueIn(await images()); due.length > 0; due = dueIn(await images()))
    for (const each of due) {
      signal?.throwIfAborted();
      await inherit(each, deps);
    }
};

/** Does so when it starts, and whenever a version is revoked or published. */
export const inheritingRevocation = (deps: RegistryDeps, images: () => Promise<ImagesState>): LevelProcess =>
  new LevelProcess({
    ...deps,
    filter: { types: ['VersionRevoked', 'VersionPublished'] },
    look: (signal) => inheritRevocations(deps, images, signal),
  });

type Due = { heir: PublishedVersion; base: VersionName; revocation: Revocation };
type Revocation = {
  by: string;
  reason: string;
  rollBack: boolean;
  cause: { id: string; correlationId: string };
};

const dueIn = (images: ImagesState): Due[] =>
  [...images.values()].flatMap(({ versions, life }) =>
    [...versions.values()].flatMap((heir) => {
      const { base } = heir;
      const fate = life.fates.get(heir.version);
      if (base === undefined || fate?.revoked !== undefined || fate?.deleted !== undefined) return [];
      const revocation = revocationOf(base, images);
      return revocation === undefined ? [] : [{ heir, base, revocation }];
    }),
  );

const revocationOf = ({ imageName, version }: VersionName, images: ImagesState): Revocation | undefined => {
  const { life, revokedBy } = images.get(imageName) ?? {};
  const revoked = life?.fates.get(version)?.revoked;
  const cause = revokedBy?.get(version);
  return revoked?.descendants === true && cause !== undefined ? { ...revoked, cause } : undefined;
};

const inherit = async ({ heir, base, revocation }: Due, deps: RegistryDeps): Promise<void> => {
  const { by, reason, rollBack, cause } = revocation;
  const { imageName, version } = heir;
  const inherited = { imageName: base.imageName, version: base.version };
  await loadDecideAppend(deps, {
    decider: image,
    stream: streams.image(imageName),
    parse,
    command: { type: 'RevokeVersion', data: { version, by, reason, descendants: true, rollBack, inherited } },
    context: {
      ...{ actor: 'registry', now: deps.clock.now() },
      commandId: `inherit revocation ${nameOf(heir)} ${nameOf(base)}`,
      ...{ correlationId: cause.correlationId, causationId: cause.id },
    },
  });
};
