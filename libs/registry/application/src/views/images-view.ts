import {
  ImageEvent,
  isLifeEvent,
  partsOf,
  splitStream,
  VersionEvent,
  type BaseVersion,
  type LifeEvent,
  VersionPublished,
} from '@gild/contracts';
import { eventParser, typesOf, type View } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { evolveLife, NO_LIFE, type LifeState } from '@gild/registry-domain';
import type { z } from 'zod';

/** A version as it was published, and when. */
export type PublishedVersion = z.infer<typeof VersionPublished>['data'] & {
  publishedAt: string;
  /** As its number was reserved; the definition may have switched the boot test off as well. */
  bootTest: boolean;
};

export type ImageRecord = {
  definition: Record<string, unknown>;
  definitionDigest: string;
  definedAt: string;
  versions: Map<string, PublishedVersion>;
  /** Numbers held by builds that have neither published nor given them back, by job. */
  open: Map<string, OpenNumber>;
  /** What was decided about its versions, and its channels. */
  life: LifeState;
  /** The last move of each channel there is. */
  moves: Map<string, ChannelMove>;
  /** The event that revoked a version, by version. */
  revokedBy: Map<string, { id: string; correlationId: string }>;
};

/** `jobs`: one for each architecture. `base`: the version the build starts from, where it starts from one. */
type OpenNumber = {
  version: string;
  reservedAt: string;
  bootTest: boolean;
  jobs: string[];
  base?: BaseVersion;
};

/** When and why a channel came to point where it points. */
export type ChannelMove = { at: string; by: string; reason?: string };

export type ImagesState = Map<string, ImageRecord>;

const PUBLISHED = VersionPublished.shape.type.value;

/** Every image with its latest definition, its versions, and the numbers that are held. */
export const imagesView: View<ImagesState> = {
  name: 'images',
  filter: { types: [...typesOf(ImageEvent), PUBLISHED], streamPrefixes: ['image-', 'version-'] },
  initial: () => new Map(),
  apply: (state, event) => {
    if (splitStream(event.stream).category === 'image') applyImageEvent(state, event);
    else applyVersionEvent(state, event);
  },
  snapshot: (state) =>
    [...state].map(([name, { versions, open, life, moves, revokedBy, ...image }]) => ({
      name,
      ...image,
      versions: Object.fromEntries(versions),
      open: Object.fromEntries(open),
      fates: Object.fromEntries(life.fates),
      channels: Object.fromEntries(life.channels),
      moves: Object.fromEntries(moves),
      revokedBy: Object.fromEntries(revokedBy),
    })),
  keeping: {
    every: 1_000,
    most: 48,
    keep: (state) => {
      const kept = copyOf(state);
      return () => copyOf(kept);
    },
  },
};

/** The same images in maps of their own; what the maps hold never changes. */
const copyOf = (state: ImagesState): ImagesState =>
  new Map(
    [...state].map(([name, image]) => {
      const { versions, open, moves, revokedBy } = image;
      const maps = { versions: new Map(versions), open: new Map(open), moves: new Map(moves) };
      return [name, { ...image, ...maps, revokedBy: new Map(revokedBy) }];
    }),
  );

const parseImageEvent = eventParser(ImageEvent);
const parseVersionEvent = eventParser(VersionEvent);

const applyImageEvent = (state: ImagesState, recorded: RecordedEvent): void => {
  const event = parseImageEvent(recorded);
  const image = imageOf(state, splitStream(recorded.stream).id);
  const { time } = recorded.metadata;
  if (event === undefined) return;
  if (isLifeEvent(event)) return applyLife(image, event, recorded);
  switch (event.type) {
    case 'ImageDefined':
      image.definition = event.data.definition;
      image.definitionDigest = event.data.definitionDigest;
      image.definedAt = time;
      return;
    case 'VersionReserved':
      image.open.set(event.data.jobId, {
        version: event.data.version,
        reservedAt: time,
        bootTest: event.data.bootTest ?? true,
        jobs: partsOf(event.data).map(({ jobId }) => jobId),
        ...(event.data.base && { base: event.data.base }),
      });
      return;
    case 'VersionReleased':
      image.open.delete(event.data.jobId);
      return;
    case 'VersionConfirmed':
      return;
  }
};

const applyLife = (image: ImageRecord, event: LifeEvent, { id, metadata }: RecordedEvent): void => {
  image.life = evolveLife(image.life, event);
  const { type, data } = event;
  if (type === 'ChannelRemoved') image.moves.delete(data.channel);
  if (type === 'VersionRevoked')
    image.revokedBy.set(data.version, { id, correlationId: metadata.correlationId });
  if (type !== 'ChannelMoved') return;
  const { by, reason } = data;
  image.moves.set(data.channel, { at: metadata.time, by, ...(reason !== undefined && { reason }) });
};

const applyVersionEvent = (state: ImagesState, recorded: RecordedEvent): void => {
  const event = parseVersionEvent(recorded);
  if (event?.type !== PUBLISHED) return;
  const image = imageOf(state, event.data.imageName);
  image.versions.set(event.data.version, {
    ...event.data,
    publishedAt: recorded.metadata.time,
    bootTest: image.open.get(event.data.jobId)?.bootTest ?? true,
  });
  image.open.delete(event.data.jobId);
};

const imageOf = (state: ImagesState, name: string): ImageRecord => {
  const known = state.get(name);
  if (known !== undefined) return known;
  const fresh: ImageRecord = {
    definition: {},
    definitionDigest: '',
    definedAt: '',
    versions: new Map(),
    open: new Map(),
    life: NO_LIFE,
    moves: new Map(),
    revokedBy: new Map(),
  };
  state.set(name, fresh);
  return fresh;
};
