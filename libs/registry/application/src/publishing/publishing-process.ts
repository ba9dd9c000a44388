import { ImageEvent, splitStream } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import { Fault, faultCode, type RecordedEvent } from '@gild/ports';
import type { ImagesState } from '../views/images-view.js';
import { awaitingVerdict } from './awaiting-verdict.js';
import { LaterInTurn } from './later-in-turn.js';
import { settleVersion } from './settle-version.js';
import { holderOf, type Occasion, type Reservation, type Settlement } from './version-case.js';

/** A number that no build asked for within this time belongs to a request that died; it is given back. */
export const UNREQUESTED_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

const REPORTED = 'ArtifactReported';
const WATCHED = ['VersionReserved', REPORTED, 'BuildFailed', 'BuildCancelled'];
const parseImage = eventParser(ImageEvent);

type ProcessDeps = Omit<Settlement, keyof Occasion> & { images: () => Promise<ImagesState> };

/**
 * Publishes what builds report, and takes numbers back from builds that ended without. It keeps nothing: after a crash
 * it looks at every open number and every unjudged artifact once and then follows the log from where it looked.
 */
export class PublishingProcess {
  readonly #given: ProcessDeps;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #ofHolder = new Map<string, Promise<void>>();
  readonly #unrequested: LaterInTurn<Reservation>;

  constructor(given: ProcessDeps) {
    this.#given = given;
    this.#unrequested = new LaterInTurn<Reservation>({
      ...{ clock: given.deps.clock, delayMs: UNREQUESTED_MS, signal: this.#stopping.signal },
      due: (reserved) =>
        this.#settle(reserved.jobId, reserved, { mayBeUnread: false, releaseUnrequested: true }),
    });
  }

  /** Resolves once everything that was left open has been looked at or is being looked at, or when it is stopped before. */
  start(): Promise<void> {
    const { store } = this.#given.deps;
    let after: string | undefined;
    const first = this.#persist(async () => {
      after = await store.head();
      const open = openReservations(await this.#given.images());
      const others = await this.#withoutNumber(await awaitingVerdict(store), open);
      for (const jobId of others) this.#look(jobId, undefined, true);
      for (const reservation of open) this.#look(reservation.jobId, reservation, true);
    });
    this.#background(first.then(() => this.#follow(after)));
    return first;
  }

  /** Resolves when nothing of the process runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#unrequested.idle();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Those of the jobs that no look at an open number covers: one such look reads everything that waits for the number. */
  async #withoutNumber(jobs: ReadonlySet<string>, open: readonly Reservation[]): Promise<string[]> {
    const holders = new Set(open.map(({ jobId }) => jobId));
    const others: string[] = [];
    for (const jobId of jobs) if (!holders.has(await holderOf(jobId, this.#given.deps))) others.push(jobId);
    return others;
  }

  async #follow(after: string | undefined): Promise<void> {
    const { signal } = this.#stopping;
    let position = after;
    await this.#persist(async () => {
      const range = { ...(position !== undefined && { after: position }), filter: { types: WATCHED } };
      for await (const item of this.#given.deps.store.subscribeAll(range, signal)) {
        if (item.kind === 'event') this.#react(item.event);
        position = item.kind === 'event' ? item.event.position : item.position;
      }
      if (!signal.aborted)
        throw new Fault('STORE_UNAVAILABLE', 'the subscription ended by itself', { retryable: true });
    });
  }

  #react(event: RecordedEvent): void {
    const { category, id } = splitStream(event.stream);
    if (category === 'job') this.#look(id, undefined, event.type === REPORTED);
    const parsed = category === 'image' ? parseImage(event) : undefined;
    if (parsed?.type !== 'VersionReserved') return;
    const { version, jobId } = parsed.data;
    this.#look(jobId, { imageName: id, version, jobId }, false);
  }

  /** Looks now; and, when the number may turn out to be nobody's, once more after the time a request may take. */
  #look(jobId: string, reserved: Reservation | undefined, mayBeUnread: boolean): void {
    this.#settle(jobId, reserved, { mayBeUnread, releaseUnrequested: false });
    if (reserved !== undefined) this.#unrequested.add(reserved);
  }

  #settle(jobId: string, reserved: Reservation | undefined, occasion: Occasion): void {
    const settlement = { ...this.#given, ...occasion };
    const work = () => this.#persist(() => settleVersion(jobId, reserved, settlement));
    if (reserved !== undefined) return this.#inTurn(reserved.jobId, work);
    const found = this.#persist(async () => {
      this.#inTurn(await holderOf(jobId, this.#given.deps), work);
    });
    this.#background(found);
  }

  /** One look at a version at a time: two might judge the same artifact differently. */
  #inTurn(holder: string, work: () => Promise<void>): void {
    const mine = (this.#ofHolder.get(holder) ?? Promise.resolve()).then(work);
    this.#ofHolder.set(holder, mine);
    const done = mine.then(() => {
      if (this.#ofHolder.get(holder) === mine) this.#ofHolder.delete(holder);
    });
    this.#background(done);
  }

  /** Tries until it succeeds, the process stops, or only a newer release can do it. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = FIRST_RETRY_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        // A conflict means that somebody else was faster, which is no failure.
        if (faultCode(error) !== 'CONFLICT') this.#given.deps.report(error);
        if (faultCode(error) === 'NEWER_RELEASE') return;
        await this.#given.deps.clock.delay(wait, signal).catch(() => undefined);
      }
    }
  }

  #background(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }
}

const openReservations = (images: ImagesState): Reservation[] =>
  [...images].flatMap(([imageName, { open }]) =>
    [...open].map(([jobId, { version }]) => ({ imageName, version, jobId })),
  );
