import type { ServerWritableStream } from '@grpc/grpc-js';
import type { FakeLog } from './fake-log.js';
import { caughtUpAnswer, checkpointAnswer, confirmationAnswer, eventAnswer } from './messages.js';
import { filterOf, indexFrom, type FakeFilter } from './read-request.js';
import type { streams } from './stubs.js';

type ReadCall = ServerWritableStream<
  InstanceType<typeof streams.ReadReq>,
  InstanceType<typeof streams.ReadResp>
>;
type Options = InstanceType<typeof streams.ReadReq.Options>;

/** A subscription to $all: what is there, "caught up", then what comes; checkpoints where a filter hides much. */
export class LiveSubscription {
  readonly #call: ReadCall;
  readonly #log: FakeLog;
  readonly #filter: FakeFilter | undefined;
  readonly #ignore: () => void;
  #next: number;
  #scanned = 0;
  #caughtUp = false;
  #sending = false;

  constructor(call: ReadCall, log: FakeLog, options: Options) {
    this.#call = call;
    this.#log = log;
    this.#filter = filterOf(options);
    this.#next = startIndex(log, options);
    this.#ignore = log.onGrowth(() => void this.#send());
    call.on('cancelled', this.#ignore);
    call.write(confirmationAnswer());
    void this.#send();
  }

  /** Ends it as a server does that goes down or drops a slow consumer. */
  drop(why: { code: number }): void {
    this.#ignore();
    this.#call.emit('error', Object.assign(new Error('the subscription was dropped'), why));
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#next < this.#log.events.length && !this.#call.cancelled) {
      this.#sendNext();
      if (this.#call.writableNeedDrain) await new Promise((resolve) => this.#call.once('drain', resolve));
    }
    if (!this.#caughtUp && !this.#call.cancelled) this.#call.write(caughtUpAnswer());
    this.#caughtUp = true;
    this.#sending = false;
  }

  #sendNext(): void {
    const event = this.#log.events[this.#next];
    this.#next += 1;
    if (event === undefined) return;
    if (this.#filter === undefined || this.#filter.passes(event)) this.#call.write(eventAnswer(event));
    this.#scanned += 1;
    if (this.#filter === undefined || this.#scanned < this.#filter.checkpointEvery) return;
    this.#scanned = 0;
    this.#call.write(checkpointAnswer(event.position));
  }
}

/** Positions are exclusive for subscriptions, unlike reads. */
const startIndex = (log: FakeLog, options: Options): number => {
  const range = options.getAll();
  if (range?.hasEnd()) return log.events.length;
  const after = range?.hasPosition() ? BigInt(range.getPosition()?.getCommitPosition() ?? 0) : -1n;
  return indexFrom(log, after + 1n);
};
