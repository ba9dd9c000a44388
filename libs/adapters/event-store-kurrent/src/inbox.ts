import type { AllStreamResolvedEvent, AllStreamSubscription } from '@kurrent/kurrentdb-client';
import { Fault } from '@gild/ports';
import type { KurrentPosition } from './kurrent-position.js';

export type InboxItem =
  | { readonly kind: 'event'; readonly resolved: AllStreamResolvedEvent }
  | { readonly kind: 'caughtUp'; readonly position: KurrentPosition | undefined }
  | { readonly kind: 'checkpoint'; readonly position: KurrentPosition }
  | { readonly kind: 'fellBehind' }
  | { readonly kind: 'ended'; readonly error: Error };

const MOST_WAITING = 256;

/**
 * What a subscription delivers, in the order in which the server sent it. The client hands out signals at once but lets
 * events wait in its buffer, so a signal is held back until the events sent before it have come.
 */
export class Inbox {
  readonly #subscription: AllStreamSubscription;
  readonly #items: InboxItem[] = [];
  readonly #held: { readonly after: number; readonly item: InboxItem }[] = [];
  #received = 0;
  #wake: () => void = () => undefined;

  constructor(subscribe: (checkpointReached: (position: KurrentPosition) => void) => AllStreamSubscription) {
    const subscription = subscribe((position) => this.#signal({ kind: 'checkpoint', position }));
    this.#subscription = subscription;
    subscription.on('data', (resolved: AllStreamResolvedEvent) => this.#event(resolved));
    subscription.on('caughtUp', (info) => this.#signal({ kind: 'caughtUp', position: positionIn(info) }));
    subscription.on('fellBehind', () => this.#signal({ kind: 'fellBehind' }));
    subscription.on('error', (error: Error) => this.#put({ kind: 'ended', error }));
    subscription.on('end', () => this.#put({ kind: 'ended', error: endedByServer() }));
  }

  take(): InboxItem | undefined {
    const item = this.#items.shift();
    if (this.#items.length < MOST_WAITING / 2 && this.#subscription.isPaused()) this.#subscription.resume();
    return item;
  }

  /** Resolves when there may be something to take, or the signal is aborted. */
  async arrival(signal: AbortSignal): Promise<void> {
    if (this.#items.length > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const rise = (): void => {
        signal.removeEventListener('abort', rise);
        resolve();
      };
      this.#wake = rise;
      signal.addEventListener('abort', rise, { once: true });
    });
  }

  async leave(): Promise<void> {
    await this.#subscription.unsubscribe().catch(() => undefined);
  }

  #event(resolved: AllStreamResolvedEvent): void {
    this.#received += 1;
    this.#put({ kind: 'event', resolved });
    if (this.#items.length >= MOST_WAITING) this.#subscription.pause();
    while (this.#held[0] !== undefined && this.#held[0].after <= this.#received) {
      const held = this.#held.shift();
      if (held) this.#put(held.item);
    }
  }

  #signal(item: InboxItem): void {
    const after = this.#received + this.#subscription.readableLength;
    if (after === this.#received && this.#held.length === 0) this.#put(item);
    else this.#held.push({ after, item });
  }

  #put(item: InboxItem): void {
    this.#items.push(item);
    this.#wake();
  }
}

const endedByServer = (): Error =>
  new Fault('STORE_UNAVAILABLE', 'KurrentDB ended the subscription: it is taken up again', {
    retryable: true,
  });

/** Servers before 25.0 say that a subscription has caught up, but not where. */
const positionIn = (info: unknown): KurrentPosition | undefined => {
  const position: unknown = Reflect.get(Object(info), 'position');
  const commit: unknown = Reflect.get(Object(position), 'commit');
  const prepare: unknown = Reflect.get(Object(position), 'prepare');
  return typeof commit === 'bigint' && typeof prepare === 'bigint' ? { commit, prepare } : undefined;
};
