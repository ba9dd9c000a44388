import { splitStream, subjects } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { askForEcho, hearOthers } from '../agents/heard-agents.js';
import { LOOP, type Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';
import { WATCHED_PREFIXES } from '../views/jobs-view.js';
import { dispatch } from './dispatch.js';
import { endOverdue } from './end-overdue.js';
import { judgeAgents } from './judge-agents.js';
import { keepTogether } from './keep-together.js';
import { settleReported } from './settle-reported.js';

const LOOK_EVERY_MS = 1000;
const LOOK_WHEN_IDLE_MS = 10_000;
const RETRY_MS = 1000;

/**
 * Everything the scheduler does by itself. It keeps nothing: each look derives what is to be done from the state, so a
 * crash at any point is followed by the same work. Events wake it; time only matters for leases and back-off.
 */
export class ControlLoop {
  readonly #farm: Farm;
  readonly #signal: AbortSignal;
  readonly #changed = new Set<string>();
  #running: Promise<unknown> = Promise.resolve();
  #stopHearing: (() => void) | undefined;

  constructor(farm: Farm, signal: AbortSignal) {
    this.#farm = farm;
    this.#signal = signal;
  }

  /** Resolves after the first look that succeeds, or when the signal is aborted before. */
  start(): Promise<void> {
    let after: string | undefined;
    const first = this.#persist(async () => {
      this.#stopHearing ??= await hearOthers(this.#farm);
      after = await this.#farm.store.head();
      await this.#look();
    });
    this.#running = first.then(() => Promise.all([this.#follow(after), this.#lookAgain()]));
    return first;
  }

  /** Resolves when it has ended after its signal was aborted. */
  async ended(): Promise<void> {
    await this.#running;
    this.#stopHearing?.();
  }

  async #lookAgain(): Promise<void> {
    await this.#persist(async () => {
      let ear = this.#farm.bell.listen(LOOP);
      try {
        while (!this.#signal.aborted) {
          await this.#pause(ear.rung);
          ear.stop();
          // Listened to before the look, so that what rings during it is looked at next.
          ear = this.#farm.bell.listen(LOOP);
          if (!this.#signal.aborted) await this.#look();
        }
      } finally {
        ear.stop();
      }
    });
  }

  async #pause(rung: Promise<void>): Promise<void> {
    if (this.#changed.size > 0) return;
    const over = new AbortController();
    const { queued, underWay } = await this.#farm.view.current();
    const busy = queued.size > 0 || underWay.size > 0;
    const delay = this.#farm.clock.delay(busy ? LOOK_EVERY_MS : LOOK_WHEN_IDLE_MS, over.signal);
    await Promise.race([rung, delay.catch(() => undefined)]);
    over.abort();
  }

  async #look(): Promise<void> {
    const { view } = this.#farm;
    const changed = [...this.#changed];
    this.#changed.clear();
    askForEcho(this.#farm);
    const state = await view.current();
    this.#farm.shown.keep(state.underWay);
    this.#wakeAgents(changed, state);
    await settleReported(state, this.#farm);
    await keepTogether(state, this.#farm);
    await endOverdue(await view.current(), this.#farm);
    await judgeAgents(await view.current(), this.#farm);
    await dispatch(await view.current(), this.#farm);
  }

  #wakeAgents(jobIds: readonly string[], { jobs }: JobsState): void {
    for (const jobId of jobIds) {
      const agentId = jobs.get(jobId)?.record.agentId;
      if (agentId !== undefined) this.#farm.bell.ring(agentId);
    }
  }

  async #follow(from: string | undefined): Promise<void> {
    let position = from;
    await this.#persist(async () => {
      const range = {
        ...(position === undefined ? {} : { after: position }),
        filter: { streamPrefixes: WATCHED_PREFIXES },
      };
      for await (const item of this.#farm.store.subscribeAll(range, this.#signal)) {
        if (item.kind === 'event') this.#note(item.event.stream);
        else if (this.#changed.size > 0) this.#farm.bell.ring(LOOP);
        position = item.kind === 'event' ? item.event.position : item.position;
      }
      if (!this.#signal.aborted)
        throw new Fault('STORE_UNAVAILABLE', 'the subscription ended by itself', { retryable: true });
    });
  }

  #note(stream: string): void {
    const { category, id } = splitStream(stream);
    this.#changed.add(id);
    if (category === 'job') this.#farm.messenger.hint(subjects.jobChanged(id), { jobId: id });
  }

  /** Tries until the work ends by itself or the signal is aborted. */
  async #persist(work: () => Promise<void>): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        await work();
        return;
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#farm.report(error);
        await this.#farm.clock.delay(RETRY_MS, this.#signal).catch(() => undefined);
      }
    }
  }
}
