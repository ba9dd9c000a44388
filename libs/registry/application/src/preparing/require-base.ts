import { ImageEvent, streams, type BaseVersion } from '@gild/contracts';
import { eventParser, loadDecideAppend, type CommandContext } from '@gild/application-core';
import { Fault } from '@gild/ports';
import { image } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState } from '../views/images-view.js';

type Reserved = { imageName: string; version: string; jobId: string; base: BaseVersion | undefined };

const parse = eventParser(ImageEvent);

/**
 * Gives the number back when its base was deleted while it was reserved. Looked at after the reservation: whoever deletes the base
 * later finds the build, whoever did so before is found here. Fault: CONFLICT (retryable).
 */
export const requireBase = async (
  { imageName, version, jobId, base }: Reserved,
  { images, ...deps }: RegistryDeps & { images: () => Promise<ImagesState> },
  context: CommandContext,
): Promise<void> => {
  if (base === undefined) return;
  const fate = (await images()).get(base.imageName)?.life.fates.get(base.version);
  if (fate?.deleted === undefined) return;
  await loadDecideAppend(deps, {
    decider: image,
    stream: streams.image(imageName),
    parse,
    command: { type: 'ReleaseVersion', data: { version, jobId } },
    context: { ...context, commandId: deps.ids.uuid() },
  });
  throw new Fault('CONFLICT', `${base.imageName}@${base.version} was deleted meanwhile; try again`, {
    retryable: true,
  });
};
