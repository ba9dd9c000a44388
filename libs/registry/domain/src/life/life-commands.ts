import {
  ChannelMoved,
  ChannelRemoved,
  DeprecationWithdrawn,
  VersionDeprecated,
  VersionRevoked,
} from '@gild/contracts';
import { command } from '@gild/kernel';
import { z } from 'zod';
import type { Fate, VersionStanding } from './life-state.js';

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
