import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './trace-context.js';

/**
 * What is known of the work under way. It is set where work comes in (a request, an attempt) and goes along with all that
 * follows from it: into log lines, requests to others and the metadata of events.
 */
export type CallContext = {
  trace: TraceContext;
  requestId?: string;
  /** Who asks. */
  actor?: string;
  jobId?: string;
  attempt?: number;
  agentId?: string;
};

const storage = new AsyncLocalStorage<CallContext>();

/** Undefined for work that nobody asked for: what a service does by itself. */
export const currentCall = (): CallContext | undefined => storage.getStore();

/** Does the work as part of the call, with everything it begins. */
export const withinCall = <T>(call: CallContext, work: () => T): T => storage.run(call, work);

/** Adds what was found out about the work under way, if it is part of a call. */
export const noteInCall = (found: Partial<CallContext>): void => {
  const call = storage.getStore();
  if (call !== undefined) Object.assign(call, found);
};
