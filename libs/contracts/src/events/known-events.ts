import { z } from 'zod';
import { AgentEvent } from './agent-events.js';
import { HostCacheEvent } from './host-cache-events.js';
import { ImageEvent } from './image-events.js';
import { JobEvent } from './job-events.js';
import { JoinTokenEvent, MembershipEvent } from './membership-events.js';
import { PlacementEvent } from './placement-events.js';
import { PolicyEvent } from './policy-events.js';
import { SigningKeyEvent } from './signing-key-events.js';
import { StorageEvent } from './storage-events.js';
import { ProvenanceEvent } from './provenance-events.js';
import { readEvent, type WrittenEvent } from './upcasting.js';
import { VersionEvent } from './version-events.js';
import { VmEvent } from './vm-events.js';

const FAMILIES = [
  AgentEvent,
  HostCacheEvent,
  ImageEvent,
  JobEvent,
  JoinTokenEvent,
  MembershipEvent,
  PlacementEvent,
  PolicyEvent,
  ProvenanceEvent,
  SigningKeyEvent,
  StorageEvent,
  VersionEvent,
  VmEvent,
] as const;

/** Everything that this release can record. */
export const KnownEvent = z.union(FAMILIES);
export type KnownEvent = z.infer<typeof KnownEvent>;

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(
  FAMILIES.flatMap(({ options }) => options.map((each) => [each.shape.type.value, each] as const)),
);

/** The types of all events that this release can record, in the order of their names. */
export const eventTypes: readonly string[] = [...SCHEMAS.keys()].sort();

/** Whether this release can read an event; what it cannot is kept, shown by its name, and passed over by views; deciders refuse. */
export const isKnownEvent = (event: WrittenEvent): boolean => {
  const schema = SCHEMAS.get(event.type);
  return schema !== undefined && readEvent(schema, event) !== undefined;
};
