import { Fault } from '@gild/ports';
import type { HttpClient } from './http-client.js';
import type { Patience } from './patience.js';
import type { ServerSentEvent } from './server-sent-events.js';

export type Following = {
  client: Pick<HttpClient, 'events'>;
  patience: Patience;
  /** Whether the stream is complete with this event. */
  isLast: (event: ServerSentEvent) => boolean;
  signal?: AbortSignal | undefined;
};

/** The events of a stream to its last one, over as many connections as it takes; each continues after the one before. */
export async function* following(
  path: string,
  { client, patience, isLast, signal }: Following,
): AsyncGenerator<ServerSentEvent> {
  let lastId: string | undefined;
  for (;;) {
    try {
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
      const events = await client.events({ method: 'GET', path, headers }, signal);
      patience.connected();
      for await (const event of toLast(events, isLast)) {
        patience.answered();
        lastId = event.id ?? lastId;
        yield event;
      }
      return;
    } catch (error) {
      await patience.failed(error);
    }
  }
}

async function* toLast(
  events: AsyncIterable<ServerSentEvent>,
  isLast: Following['isLast'],
): AsyncGenerator<ServerSentEvent> {
  for await (const event of events) {
    yield event;
    if (isLast(event)) return;
  }
  throw new Fault('UNAVAILABLE', 'the server ended the stream early', { retryable: true });
}
