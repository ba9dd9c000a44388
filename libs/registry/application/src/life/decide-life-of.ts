import { ImageEvent, streams, type GoldenImageVersion } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { image as imageDecider, type LifeCommand } from '@gild/registry-domain';
import { versionDocument } from '../documents/version-document.js';
import type { RegistryDeps } from '../registry-deps.js';
import { findImage, findVersion } from '../views/find-version.js';
import type { RegistryViews } from '../views/registry-views.js';
import { usageOf } from '../views/vms-view.js';
import { lifeRefusal } from './life-refusals.js';

/** Who asks for a decision about which image; the same `requestId` decides once. */
export type Asked = { requestId: string; actor: string; image: string };

export type LifeDeps = { deps: RegistryDeps; views: RegistryViews };

const parse = eventParser(ImageEvent);

/** Records the decision, or refuses it. Faults: those of `lifeRefusal`, CONFLICT. */
export const decideLifeOf = async (
  { requestId, actor, image }: Asked,
  command: LifeCommand,
  { deps }: LifeDeps,
): Promise<void> => {
  const decision = await loadDecideAppend(deps, {
    decider: imageDecider,
    stream: streams.image(image),
    parse,
    command,
    context: {
      ...{ actor, now: deps.clock.now() },
      commandId: `${command.type} ${image} ${requestId}`,
      ...{ correlationId: requestId, causationId: requestId },
    },
  });
  if (!decision.ok) throw lifeRefusal(image, decision.rejection);
};

/** The same about one version, which a number, `latest` or a channel names; what it turned out to be is returned. */
export const decideAbout = async (
  asked: Asked & { version: string },
  command: (about: { version: string; by: string }) => LifeCommand,
  given: LifeDeps,
): Promise<string> => {
  const { version } = findVersion(await given.views.images(), asked.image, asked.version);
  await decideLifeOf(asked, command({ version, by: asked.actor }), given);
  return version;
};

/** The version as it is now. */
export const documentOf = async (
  image: string,
  version: string,
  { views }: LifeDeps,
): Promise<GoldenImageVersion> => {
  const { images, vms } = await views.imagesAndVms();
  const published = findVersion(images, image, version);
  return versionDocument(published, findImage(images, image).life, usageOf(vms, published));
};
