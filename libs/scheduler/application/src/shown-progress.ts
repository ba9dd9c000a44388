/** How far builds were shown to be; in memory only, because nothing depends on it but a bar. */
export class ShownProgress {
  readonly #shown = new Map<string, { attempt: number; percent: number }>();

  /** The progress to show: never less than was shown of this attempt before, whatever clocks did since. */
  of(jobId: string, attempt: number, percent: number): number {
    const before = this.#shown.get(jobId);
    const next = before?.attempt === attempt ? Math.max(before.percent, percent) : percent;
    this.#shown.set(jobId, { attempt, percent: next });
    return next;
  }

  /** Forgets all but these jobs. */
  keep(jobIds: ReadonlySet<string>): void {
    for (const jobId of this.#shown.keys()) if (!jobIds.has(jobId)) this.#shown.delete(jobId);
  }
}
