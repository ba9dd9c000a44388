import type { EventFilter } from '@gild/ports';

/** What the server is asked to filter; it takes one list of prefixes only, so the port's filter is applied again on arrival. */
export type ServerFilter =
  | { readonly on: 'stream' | 'type'; readonly prefixes: string[] }
  | { readonly on: 'notSystem' }
  | { readonly on: 'nothing' };

export const serverFilter = (filter: EventFilter | undefined): ServerFilter => {
  const { streamPrefixes, types } = filter ?? {};
  if ([streamPrefixes, types].some((list) => list?.length === 0)) return { on: 'nothing' };
  if (streamPrefixes && !streamPrefixes.includes('')) return { on: 'stream', prefixes: [...streamPrefixes] };
  return types ? { on: 'type', prefixes: [...types] } : { on: 'notSystem' };
};
