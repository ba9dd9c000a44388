import type { RecordedEvent } from '@gild/ports';
import { sentenceOf } from './sentences.js';

/** One event for people. */
export type ToldEvent = {
  position: string;
  time: string;
  actor: string;
  stream: string;
  what: string;
  sentence: string;
};

/** `data` is what it recorded; `causes` what led to it, the nearest first, where they were asked for. */
export type HistoryEntry = ToldEvent & { data: Record<string, unknown>; causes?: ToldEvent[] };

/** `next`: there may be more, after that position; `at`: the position up to which this was read, which makes the others of the same moment. */
export type History = { subject: string; entries: HistoryEntry[]; next?: string; at?: string };

export const told = (event: RecordedEvent): ToldEvent => ({
  position: event.position,
  time: event.metadata.time,
  actor: event.metadata.actor,
  stream: event.stream,
  what: event.type,
  sentence: sentenceOf(event),
});

export const entryOf = (event: RecordedEvent): HistoryEntry => ({ ...told(event), data: event.data });
