import type { LifeEvent } from '@gild/contracts';

/** What was decided about a finished version. What it was before stays known: a revoked version may be a deprecated one too. */
export type Fate = {
  deprecated?: Omit<DataOf<'VersionDeprecated'>, 'version'>;
  revoked?: Omit<DataOf<'VersionRevoked'>, 'version'>;
  deleted?: Omit<DataOf<'VersionDeleted'>, 'version'>;
};

type DataOf<T extends LifeEvent['type']> = Extract<LifeEvent, { type: T }>['data'];

/** Versions a channel pointed to and would go back to, oldest first: the last is the one it points to. */
export type Channel = { trail: readonly string[] };

export type LifeState = {
  /** By version; a version without an entry is as it was published. */
  fates: ReadonlyMap<string, Fate>;
  channels: ReadonlyMap<string, Channel>;
};

export const NO_LIFE: LifeState = { fates: new Map(), channels: new Map() };

export type VersionStanding = 'published' | 'deprecated' | 'revoked' | 'deleted';

/** Where a version stands: the gravest of what was decided. */
export const standingOf = (fate: Fate | undefined): VersionStanding => {
  if (fate?.deleted !== undefined) return 'deleted';
  if (fate?.revoked !== undefined) return 'revoked';
  return fate?.deprecated === undefined ? 'published' : 'deprecated';
};

/** Whether a machine may be started from it: nobody revoked or deleted it. */
export const isUsable = (version: string, { fates }: LifeState): boolean => {
  const standing = standingOf(fates.get(version));
  return standing === 'published' || standing === 'deprecated';
};

/** The version a channel points to. */
export const currentOf = ({ trail }: Channel): string => trail.at(-1) ?? '';

/** Channels that point to the version, by name. */
export const channelsAt = (version: string, { channels }: LifeState): string[] =>
  [...channels]
    .filter(([, channel]) => currentOf(channel) === version)
    .map(([name]) => name)
    .sort();

/** The next version to go back to: the last before the present one that may still be used; undefined when there is none. */
export const previousOf = ({ trail }: Channel, life: LifeState): string | undefined =>
  trail.slice(0, -1).findLast((version) => version !== trail.at(-1) && isUsable(version, life));

/** What an event makes of channels and versions. */
export const evolveLife = (state: LifeState, { type, data }: LifeEvent): LifeState => {
  switch (type) {
    case 'ChannelMoved': {
      const trail = movedTrail(state.channels.get(data.channel)?.trail ?? [], data);
      return { ...state, channels: new Map(state.channels).set(data.channel, { trail }) };
    }
    case 'ChannelRemoved': {
      const channels = new Map(state.channels);
      channels.delete(data.channel);
      return { ...state, channels };
    }
    case 'VersionDeprecated': {
      const { version, ...deprecated } = data;
      return withFate(state, version, (fate) => ({ ...fate, deprecated }));
    }
    case 'DeprecationWithdrawn':
      return withFate(state, data.version, ({ deprecated: _, ...fate }) => fate);
    case 'VersionRevoked': {
      const { version, ...revoked } = data;
      return withFate(state, version, (fate) => ({ ...fate, revoked }));
    }
    case 'VersionDeleted': {
      const { version, ...deleted } = data;
      return withFate(state, version, (fate) => ({ ...fate, deleted }));
    }
  }
};

/** Who goes back to a version forgets what came after it: the next rollback goes further back, and not forth again. */
const movedTrail = (
  trail: readonly string[],
  { version, how }: { version: string; how: string },
): string[] => {
  const last = how === 'promotion' ? -1 : trail.slice(0, -1).lastIndexOf(version);
  return last < 0 ? [...trail, version] : trail.slice(0, last + 1);
};

const withFate = (state: LifeState, version: string, change: (fate: Fate) => Fate): LifeState => ({
  ...state,
  fates: new Map(state.fates).set(version, change(state.fates.get(version) ?? {})),
});
