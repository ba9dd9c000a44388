import { ImageEvent, streams, type GoldenImageVersion, type LifeEvent } from '@gild/contracts';
import { eventId, eventParser, loadDecideAppend } from '@gild/application-core';
import { canonicalJson } from '@gild/kernel';
import type { RecordedEvent } from '@gild/ports';
import { image as imageDecider, type LifeCommand } from '@gild/registry-domain';
import { versionDocument } from '../documents/version-document.js';
import type { RegistryDeps } from '../registry-deps.js';
import { requestIdTaken } from '../requests.js';
import type { RemoveUnneeded } from '../removing/removing-objects.js';
import { findImage, findVersion } from '../views/find-version.js';
import type { RegistryViews } from '../views/registry-views.js';
import { usageOf } from '../views/vms-view.js';
import { lifeRefusal } from './life-refusals.js';

/** Who asks for a decision about which image; the same `requestId` decides once. */
export type Asked = { requestId: string; actor: string; image: string };

export type LifeDeps = { deps: RegistryDeps; views: RegistryViews; removeUnneeded: RemoveUnneeded };

const parse = eventParser(ImageEvent);

const commandIdOf = ({ image, requestId }: Asked): string => `life of ${image} ${requestId}`;

/** Records the decision, or refuses it. Faults: those of `lifeRefusal`, CONFLICT, INVALID_REQUEST. */
export const decideLifeOf = async (asked: Asked, command: LifeCommand, given: LifeDeps): Promise<void> => {
  const { requestId, actor, image } = asked;
  const before = await recordedOf(asked, given);
  if (before !== undefined) return requireSame(command, before);
  const { deps } = given;
  const decision = await loadDecideAppend(deps, {
    decider: imageDecider,
    stream: streams.image(image),
    parse,
    command,
    context: {
      ...{ actor, now: deps.clock.now(), commandId: commandIdOf(asked) },
      ...{ correlationId: requestId, causationId: requestId },
    },
  });
  if (!decision.ok) throw lifeRefusal(image, decision.rejection);
};

/**
 * The same about one version, which a number, `latest` or a channel names; what it turned out to be is returned. A repeated request is
 * about the version it was about before, whatever the name stands for now.
 */
export const decideAbout = async (
  asked: Asked & { version: string },
  command: (about: { version: string; by: string }) => LifeCommand,
  given: LifeDeps,
): Promise<string> => {
  const before = await recordedOf(asked, given);
  const version =
    before === undefined || isNumber(asked.version) ? await numberOf(asked, given) : versionIn(before);
  await decideLifeOf(asked, command({ version, by: asked.actor }), given);
  return version;
};

const isNumber = (reference: string): boolean => reference !== 'latest' && !reference.startsWith(':');

const numberOf = async (
  { image, version }: { image: string; version: string },
  { views }: LifeDeps,
): Promise<string> => findVersion(await views.images(), image, version).version;

const versionIn = ({ data }: RecordedEvent): string =>
  typeof data['version'] === 'string' ? data['version'] : '';

/** What the request recorded when it was made before. */
const recordedOf = async (asked: Asked, { deps }: LifeDeps): Promise<RecordedEvent | undefined> => {
  const id = eventId(deps.sha256, commandIdOf(asked), 0);
  for await (const recorded of deps.store.readStream(streams.image(asked.image)))
    if (recorded.id === id) return recorded;
  return undefined;
};

const RECORDS: Readonly<Record<LifeCommand['type'], LifeEvent['type']>> = {
  PromoteVersion: 'ChannelMoved',
  RollBackChannel: 'ChannelMoved',
  RemoveChannel: 'ChannelRemoved',
  DeprecateVersion: 'VersionDeprecated',
  WithdrawDeprecation: 'DeprecationWithdrawn',
  RevokeVersion: 'VersionRevoked',
  DeleteVersion: 'VersionDeleted',
};

/** What a request says that its event says too. */
const SAID = ['channel', 'version', 'by', 'reason', 'replacement', 'rollBack'] as const;

/** An id stands for one request for ever. */
const requireSame = ({ type, data }: LifeCommand, { type: recorded, data: before }: RecordedEvent): void => {
  const said: Record<string, unknown> = data;
  const isSame =
    recorded === RECORDS[type] &&
    SAID.every(
      (key) => !(key in said) || canonicalJson(said[key] ?? null) === canonicalJson(before[key] ?? null),
    ) &&
    (type !== 'PromoteVersion' || before['how'] === 'promotion');
  if (isSame) return;
  throw requestIdTaken();
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
