import type { ProgressTick } from '@gild/scheduler-domain';

/** How far running steps are, as agents tell; in memory only, because nothing depends on it but a bar. */
export class ProgressTicks {
  readonly #ticks = new Map<string, ProgressTick>();
  readonly #shown = new Map<string, { attempt: number; percent: number }>();

  /** Keeps the furthest point of a step. Returns whether that is news. */
  note(jobId: string, tick: ProgressTick): boolean {
    const known = this.#ticks.get(jobId);
    const same = known?.attempt === tick.attempt && known.step === tick.step;
    if (same && known.percent >= tick.percent) return false;
    this.#ticks.set(jobId, tick);
    return true;
  }

  of(jobId: string): ProgressTick | undefined {
    return this.#ticks.get(jobId);
  }

  /** The progress to show: never less than was shown of this attempt before, however it was found. */
  shown(jobId: string, attempt: number, percent: number): number {
    const before = this.#shown.get(jobId);
    const next = before?.attempt === attempt ? Math.max(before.percent, percent) : percent;
    this.#shown.set(jobId, { attempt, percent: next });
    return next;
  }

  /** Forgets all but these jobs. */
  keep(jobIds: ReadonlySet<string>): void {
    for (const kept of [this.#ticks, this.#shown]) {
      for (const jobId of kept.keys()) if (!jobIds.has(jobId)) kept.delete(jobId);
    }
  }
}
