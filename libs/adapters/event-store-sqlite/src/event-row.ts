import type { EventMetadata, PriorEvent, RecordedEvent } from '@gild/ports';

/** One row of the table in the order of its columns. */
export type EventRow = [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

// node:sqlite types rows as objects also when it returns arrays.
const rowsOf = (found: unknown): EventRow[] => found as EventRow[];

export const rowOf = (found: unknown): EventRow => found as EventRow;

export const toEvents = (found: unknown): RecordedEvent[] =>
  rowsOf(found).map(([position, stream, revision, id, type, data, metadata]) => ({
    id,
    type,
    data: JSON.parse(data) as Record<string, unknown>,
    metadata: JSON.parse(metadata) as EventMetadata,
    stream,
    revision,
    position: String(position),
  }));

export const toPriorEvents = (found: unknown): Map<string, PriorEvent> =>
  new Map(
    rowsOf(found).map(([position, stream, revision, id, type, data]) => [
      id,
      { stream, type, data, revision, position: String(position) },
    ]),
  );
