/**
 * How many times as long an emulated build may take, whole and silent, and any boot of an emulated machine. A minute of such a
 * build counts as that part of a minute of `build_timeout_minutes`, which is meant for an agent of the image's own architecture.
 */
export const EMULATED_TIMES = 4;
