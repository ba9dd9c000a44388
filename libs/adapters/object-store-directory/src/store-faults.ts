import { guardedDisk } from '@gild/node-runtime';

/** Runs a call to the file system; what the system refuses becomes STORE_FULL or STORE_IO. */
export const guarded = guardedDisk({ full: 'STORE_FULL', other: 'STORE_IO', whose: "object store's" });
