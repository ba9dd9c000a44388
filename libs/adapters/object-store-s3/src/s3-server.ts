import type { Clock } from '@gild/ports';

/** Where objects lie: a bucket of a server, and what all names in it begin with. */
export type S3Location = {
  host: string;
  port: number;
  tls: boolean;
  bucket: string;
  /** Empty, or ends with a slash. */
  prefix: string;
};

/** A server, and as whom to speak to it. */
export type S3Server = {
  location: S3Location;
  region: string;
  accessKey: string;
  secretKey: string;
  /** Certificate of the authority to believe instead of the system's, PEM. */
  ca?: string | undefined;
};

/** How long to wait, how often to try, and how much to hold in memory: `partBytes` times (`parallel` + 1). */
export type Pace = {
  /** Longest silence of a connection. */
  idleMs: number;
  /** Tries of one request. */
  tries: number;
  firstDelayMs: number;
  longestDelayMs: number;
  partBytes: number;
  /** Parts under way at once. */
  parallel: number;
  /** Age at which an upload that nobody finished is aborted. */
  staleUploadMs: number;
  /** How often that is looked for, while the store is used. */
  sweepEveryMs: number;
};

export const DEFAULT_PACE: Pace = {
  idleMs: 30_000,
  tries: 5,
  firstDelayMs: 200,
  longestDelayMs: 5_000,
  partBytes: 8 * 1024 * 1024,
  parallel: 4,
  staleUploadMs: 24 * 3_600_000,
  sweepEveryMs: 6 * 3_600_000,
};

/** What the calls of one store share. */
export type S3Context = {
  server: S3Server;
  pace: Pace;
  clock: Clock;
  random: () => number;
  sweepFailed: (error: unknown) => void;
};
