/** For how long, in all, an attempt may be parked without that counting as time of the build; what is longer counts. */
export const LONGEST_PARKED_MS = 24 * 60 * 60_000;
