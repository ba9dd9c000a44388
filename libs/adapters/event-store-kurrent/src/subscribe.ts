import { passesFilter, type EventFilter, type RecordedEvent, type SubscriptionItem } from '@gild/ports';
import type { Connection } from './connection.js';
import { Inbox, type InboxItem } from './inbox.js';
import { toRecordedEvent } from './kurrent-event.js';
import { asFault, isPassing } from './kurrent-faults.js';
import { serverFilter } from './kurrent-filter.js';
import { comparePositions, encodePosition, type KurrentPosition } from './kurrent-position.js';
import { endOfLog } from './read.js';

export interface Subscribing {
  readonly after: KurrentPosition | undefined;
  readonly filter: EventFilter | undefined;
  readonly signal: AbortSignal;
}

/** Follows the log for ever: a subscription that the server or the network ends is taken up again where it was. */
export async function* followLog(
  connection: Connection,
  { after, filter, signal }: Subscribing,
): AsyncGenerator<SubscriptionItem> {
  const over = AbortSignal.any([signal, connection.closing]);
  const place = new Place(after, filter);
  for (let failures = 0; !over.aborted; failures += 1) {
    const before = place.last;
    try {
      yield* followOnce(connection, place, over);
    } catch (error) {
      if (!isPassing(error)) throw asFault(error);
      if (failures > 0 && place.last === before) await connection.renew();
    }
    if (place.last !== before) failures = 0;
    await connection.pause(failures, over);
  }
}

async function* followOnce(
  connection: Connection,
  place: Place,
  over: AbortSignal,
): AsyncGenerator<SubscriptionItem> {
  const client = await connection.client();
  const end = await endOfLog(connection);
  const wanted = serverFilter(place.filter);
  let reached: (position: KurrentPosition) => void = () => undefined;
  const filter = await connection.filter(wanted, (_, position) => reached(position));
  const inbox = new Inbox((checkpointReached) => {
    reached = checkpointReached;
    return client.subscribeToAll({ fromPosition: place.last ?? 'start', filter });
  });
  place.beginAgain(end);
  try {
    while (!over.aborted) {
      const item = inbox.take();
      const due = item === undefined ? place.caughtUp() : place.receive(item);
      if (due !== undefined) yield due;
      else if (item === undefined) await inbox.arrival(over);
    }
  } finally {
    await inbox.leave();
  }
}

/** How far a subscriber has come, and what it is to be told next. */
class Place {
  readonly filter: EventFilter | undefined;
  last: KurrentPosition | undefined;
  #end: KurrentPosition | undefined;
  #isLive = false;
  #isDue = false;

  constructor(after: KurrentPosition | undefined, filter: EventFilter | undefined) {
    this.last = after;
    this.filter = filter;
  }

  /** A new subscription begins; `end` is where the log ended just before. */
  beginAgain(end: KurrentPosition | undefined): void {
    this.#end = end;
    this.#isLive = false;
  }

  receive(item: InboxItem): SubscriptionItem | undefined {
    switch (item.kind) {
      case 'event':
        return this.#receiveEvent(toRecordedEvent(item.resolved), item.resolved.event?.position);
      case 'caughtUp':
        this.#isLive = true;
        this.#isDue = true;
        this.#moveTo(item.position ?? this.#end);
        return undefined;
      case 'checkpoint':
        this.#moveTo(item.position);
        return undefined;
      case 'fellBehind':
        this.#isLive = false;
        return undefined;
      case 'ended':
        throw item.error;
    }
  }

  /** What to tell when nothing waits: that everything has come, once after each movement. */
  caughtUp(): SubscriptionItem | undefined {
    if (!this.#isLive || !this.#isDue) return undefined;
    this.#isDue = false;
    return { kind: 'caughtUp', position: this.last && encodePosition(this.last) };
  }

  #receiveEvent(
    event: RecordedEvent | undefined,
    position: KurrentPosition | undefined,
  ): SubscriptionItem | undefined {
    const isNew = this.#moveTo(position);
    return isNew && event && passesFilter(this.filter, event) ? { kind: 'event', event } : undefined;
  }

  #moveTo(position: KurrentPosition | undefined): boolean {
    if (position === undefined || (this.last && comparePositions(position, this.last) <= 0)) return false;
    this.last = position;
    this.#isDue = true;
    return true;
  }
}
