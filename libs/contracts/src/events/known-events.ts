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
import { streams } from '../streams.js';
import { eventReader, type WrittenEvent } from './upcasting.js';
import { VersionEvent } from './version-events.js';
import { VmEvent } from './vm-events.js';

/** Everything that this release can record, by the streams that have it; two families may share one. */
export const EVENT_FAMILIES = [
  { stream: streams.image('<image>'), events: ImageEvent },
  { stream: streams.job('<job id>'), events: JobEvent },
  { stream: streams.version('<image>', '<version>'), events: VersionEvent },
  { stream: streams.provenance('<image>', '<version>'), events: ProvenanceEvent },
  { stream: streams.agent('<agent id>'), events: AgentEvent },
  { stream: streams.agent('<agent id>'), events: MembershipEvent },
  { stream: streams.joinToken('<token id>'), events: JoinTokenEvent },
  { stream: streams.placement(), events: PlacementEvent },
  { stream: streams.policy('<registry>'), events: PolicyEvent },
  { stream: streams.vm('<VM id>'), events: VmEvent },
  { stream: streams.storage('<registry>'), events: StorageEvent },
  { stream: streams.keys('<registry>'), events: SigningKeyEvent },
  { stream: streams.hostCache('<host>'), events: HostCacheEvent },
] as const;

/** An event of any of them. */
export const KnownEvent = z.union(EVENT_FAMILIES.map(({ events }) => events));
export type KnownEvent = z.infer<typeof KnownEvent>;

/** The types of all events that this release can record, in the order of their names. */
export const eventTypes: readonly string[] = EVENT_FAMILIES.flatMap(({ events }) =>
  events.options.map(({ shape }): string => shape.type.value),
).sort();

const read = eventReader(KnownEvent);

/** Whether this release can read an event; what it cannot is kept, shown by its name, and passed over by views; deciders refuse. */
export const isKnownEvent = (event: WrittenEvent): boolean => read(event) !== undefined;
