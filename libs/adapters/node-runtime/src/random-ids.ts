import { randomUUID } from 'node:crypto';
import type { Ids } from '@gild/ports';
import { monotonicFactory } from 'ulid';

const nextUlid = monotonicFactory();

/** Identifiers from the operating system's random source; ULIDs of one process grow strictly. */
export const randomIds: Ids = { uuid: () => randomUUID(), ulid: () => nextUlid() };
