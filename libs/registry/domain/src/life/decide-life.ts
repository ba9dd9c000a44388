import {
  ChannelMoved,
  ChannelRemoved,
  DeprecationWithdrawn,
  VersionDeprecated,
  VersionRevoked,
  type LifeEvent,
} from '@gild/contracts';
import { accept, command, reject, type Decision } from '@gild/kernel';
import { z } from 'zod';
import {
  channelsAt,
  currentOf,
  isUsable,
  previousOf,
  standingOf,
  type Fate,
  type LifeState,
  type VersionStanding,
} from './life-state.js';

const { channel, by, reason } = ChannelMoved.shape.data.shape;
const { version } = VersionRevoked.shape.data.shape;

/** What people, and rules that follow from what they did, decide about finished versions. */
export const LIFE_COMMANDS = [
  command('PromoteVersion', { channel, version, by, reason }),
  command('RollBackChannel', { channel, to: version.optional(), by, reason }),
  command('RemoveChannel', { channel, by, reason: ChannelRemoved.shape.data.shape.reason }),
  command('DeprecateVersion', VersionDeprecated.shape.data.shape),
  command('WithdrawDeprecation', DeprecationWithdrawn.shape.data.shape),
  command('RevokeVersion', VersionRevoked.shape.data.shape),
  command('DeleteVersion', {
    version,
    by,
    reason,
    /** Whether what else stands against it is overruled. */
    force: z.boolean(),
    /** Machines that run it, by id. */
    machines: z.array(z.string()),
    /** Standing versions that are built on it, `IMAGE@VERSION`. */
    descendants: z.array(z.string()),
    /** Builds under way that start from it, by job. */
    builds: z.array(z.string()),
  }),
] as const;
export type LifeCommand = z.infer<(typeof LIFE_COMMANDS)[number]>;

const TYPES: ReadonlySet<string> = new Set(LIFE_COMMANDS.map(({ shape }) => shape.type.value));

export const isLifeCommand = (given: { type: string }): given is LifeCommand => TYPES.has(given.type);

export type LifeRejection =
  /** No such version was ever finished. */
  | { code: 'VERSION_UNKNOWN'; version: string }
  | { code: 'VERSION_UNUSABLE'; version: string; standing: VersionStanding; fate: Fate }
  | { code: 'CHANNEL_UNKNOWN'; channel: string; channels: readonly string[] }
  /** Nothing that may be used stands before what the channel points to. */
  | { code: 'NOTHING_BEFORE'; channel: string; version: string }
  | { code: 'REPLACED_BY_ITSELF'; version: string }
  | {
      code: 'VERSION_IN_USE';
      version: string;
      channels: readonly string[];
      machines: readonly string[];
      descendants: readonly string[];
      builds: readonly string[];
    };

const REJECTED: Readonly<Record<LifeRejection['code'], true>> = {
  VERSION_UNKNOWN: true,
  VERSION_UNUSABLE: true,
  CHANNEL_UNKNOWN: true,
  NOTHING_BEFORE: true,
  REPLACED_BY_ITSELF: true,
  VERSION_IN_USE: true,
};

export const isLifeRejection = (given: { code: string }): given is LifeRejection => given.code in REJECTED;

/** What is decided from: `isFinished` tells whether the image has a version of that number that was published. */
export type Life = LifeState & { isFinished: (version: string) => boolean };

type LifeDecision = Decision<LifeEvent, LifeRejection>;
type DataOf<T extends LifeCommand['type']> = Extract<LifeCommand, { type: T }>['data'];

/** Judges a command about finished versions of one image. A decision that is in force already is accepted without an event. */
export const decideLife = ({ type, data }: LifeCommand, life: Life): LifeDecision => {
  switch (type) {
    case 'PromoteVersion':
      return promote(data, life);
    case 'RollBackChannel':
      return rollBack(data, life);
    case 'RemoveChannel': {
      const from = life.channels.get(data.channel);
      return from === undefined
        ? accept()
        : accept({ type: 'ChannelRemoved', data: { ...data, from: currentOf(from) } });
    }
    case 'DeprecateVersion':
      return deprecate(data, life);
    case 'WithdrawDeprecation': {
      const unknown = unfinished(data.version, life);
      if (unknown !== undefined) return unknown;
      return life.fates.get(data.version)?.deprecated === undefined
        ? accept()
        : accept({ type: 'DeprecationWithdrawn', data });
    }
    case 'RevokeVersion':
      return revoke(data, life);
    case 'DeleteVersion':
      return deleteVersion(data, life);
  }
};

const unfinished = (version: string, { isFinished }: Life): LifeDecision | undefined =>
  isFinished(version) ? undefined : reject({ code: 'VERSION_UNKNOWN', version });

/** Why the version may not be what a channel points to. */
const unusable = (
  version: string,
  life: Life,
  alsoFine: readonly VersionStanding[],
): LifeDecision | undefined => {
  const fate = life.fates.get(version) ?? {};
  const standing = standingOf(fate);
  return standing === 'published' || alsoFine.includes(standing)
    ? unfinished(version, life)
    : reject({ code: 'VERSION_UNUSABLE', version, standing, fate });
};

const promote = (data: DataOf<'PromoteVersion'>, life: Life): LifeDecision => {
  const present = life.channels.get(data.channel);
  if (present !== undefined && currentOf(present) === data.version && isUsable(data.version, life))
    return accept();
  const objection = unusable(data.version, life, []);
  return (
    objection ??
    accept(moved(data, { version: data.version, from: present && currentOf(present), how: 'promotion' }))
  );
};

const rollBack = ({ to, ...data }: DataOf<'RollBackChannel'>, life: Life): LifeDecision => {
  const { channel } = data;
  const present = life.channels.get(channel);
  if (present === undefined)
    return reject({ code: 'CHANNEL_UNKNOWN', channel, channels: [...life.channels.keys()].sort() });
  const from = currentOf(present);
  const target = to ?? previousOf(present, life);
  if (target === undefined) return reject({ code: 'NOTHING_BEFORE', channel, version: from });
  // A deprecated version is better than a broken one: who goes back knows why.
  const objection = unusable(target, life, ['deprecated']);
  return (
    objection ??
    (target === from ? accept() : accept(moved(data, { version: target, from, how: 'rollback' })))
  );
};

type Move = Pick<Extract<LifeEvent, { type: 'ChannelMoved' }>['data'], 'version' | 'from' | 'how'>;

const moved = (
  { channel, by, reason }: { channel: string; by: string; reason?: string | undefined },
  { version, from, how }: Move,
): LifeEvent => ({
  type: 'ChannelMoved',
  data: {
    ...{ channel, version, how, by },
    ...(from !== undefined && { from }),
    ...(reason !== undefined && { reason }),
  },
});

const deprecate = (data: DataOf<'DeprecateVersion'>, life: Life): LifeDecision => {
  const { version, replacement } = data;
  const objection = unusable(version, life, ['deprecated']);
  if (objection !== undefined) return objection;
  if (replacement === version) return reject({ code: 'REPLACED_BY_ITSELF', version });
  const ofReplacement = replacement === undefined ? undefined : unusable(replacement, life, []);
  if (ofReplacement !== undefined) return ofReplacement;
  const present = life.fates.get(version)?.deprecated;
  const isSo = present !== undefined && present.replacement === replacement;
  return isSo ? accept() : accept({ type: 'VersionDeprecated', data });
};

const revoke = (data: DataOf<'RevokeVersion'>, life: Life): LifeDecision => {
  const { version, by, reason, rollBack } = data;
  const unknown = unfinished(version, life);
  if (unknown !== undefined) return unknown;
  const present = life.fates.get(version)?.revoked;
  // Whoever now wants the descendants revoked too is heard; nobody's wish is taken back.
  const isSo = present !== undefined && (present.descendants || !data.descendants);
  const revoked: LifeEvent[] = isSo ? [] : [{ type: 'VersionRevoked', data }];
  return accept(...revoked, ...(rollBack ? withdrawals(version, { by, reason }, life) : []));
};

const withdrawals = (version: string, why: { by: string; reason: string }, life: Life): LifeEvent[] => {
  const fates = new Map(life.fates).set(version, { revoked: { ...why, descendants: false, rollBack: true } });
  return channelsAt(version, life).flatMap((channel) => {
    const present = life.channels.get(channel);
    const target = present && previousOf(present, { ...life, fates });
    return target === undefined
      ? []
      : [moved({ channel, ...why }, { version: target, from: version, how: 'withdrawal' })];
  });
};

const deleteVersion = (data: DataOf<'DeleteVersion'>, life: Life): LifeDecision => {
  const { version, by, reason, force, machines, descendants, builds } = data;
  const unknown = unfinished(version, life);
  if (unknown !== undefined) return unknown;
  if (life.fates.get(version)?.deleted !== undefined) return accept();
  const channels = channelsAt(version, life);
  const overruled = force ? [] : [...machines, ...descendants];
  // What a channel names must be there, and a build that starts from it would fail: neither is overruled.
  if ([...channels, ...builds, ...overruled].length > 0)
    return reject({ code: 'VERSION_IN_USE', version, channels, machines, descendants, builds });
  const forced = machines.length + descendants.length > 0;
  return accept({
    type: 'VersionDeleted',
    data: { version, forced, by, ...(reason !== undefined && { reason }) },
  });
};
