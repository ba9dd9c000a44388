import { faultCode, type Clock, type EventStore } from '@gild/ports';
import type { Meter } from './meter.js';

/** Measures what is appended, and how that ends. */
export const measuredEventStore = (store: EventStore, meter: Meter, clock: Clock): EventStore => ({
  append: async (stream, expected, events) => {
    const begun = clock.monotonicMs();
    const observe = (outcome: string) =>
      meter.observe('gild_event_append_seconds', { outcome }, (clock.monotonicMs() - begun) / 1000);
    try {
      const result = await store.append(stream, expected, events);
      observe(result.ok ? 'ok' : 'conflict');
      if (result.ok) meter.count('gild_events_appended_total', {}, events.length);
      return result;
    } catch (error) {
      observe(faultCode(error) ?? 'INTERNAL');
      throw error;
    }
  },
  readStream: (stream, range) => store.readStream(stream, range),
  readAll: (range) => store.readAll(range),
  subscribeAll: (range, signal) => store.subscribeAll(range, signal),
  head: () => store.head(),
  positionAt: (time) => store.positionAt(time),
  comparePositions: (a, b) => store.comparePositions(a, b),
  close: () => store.close(),
});
