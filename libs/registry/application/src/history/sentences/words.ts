export const short = (digest: string): string => digest.slice(0, 12);
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
export const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
export const again = (retryAt: string | undefined): string =>
  retryAt === undefined ? '' : `; it may be tried again from ${retryAt}`;
export const attemptOf = ({ jobId, attempt }: { jobId: string; attempt: number }): string =>
  `attempt ${String(attempt)} of build ${jobId}`;

/** What each of these events says to a person, in one sentence. */
export type SentencesOf<E extends { type: string; data: unknown }> = {
  [T in E['type']]: (facts: Extract<E, { type: T }>['data']) => string;
};
