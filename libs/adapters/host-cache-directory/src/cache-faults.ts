import { guardedDisk } from '@gild/node-runtime';

/** Runs a call to the file system; what the system refuses becomes NO_SPACE or CACHE_IO. */
export const guarded = guardedDisk({ full: 'NO_SPACE', other: 'CACHE_IO', whose: "image cache's" });
