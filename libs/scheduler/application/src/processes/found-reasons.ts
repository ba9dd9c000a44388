import type { PlacementAnswer, WaitingReason } from '@gild/scheduler-domain';

/**
 * What this scheduler found builds to wait for when it last looked; in memory only, so that of several schedulers on one
 * log each shows what it found itself. A recorded reason may be of another time: of the farm before it was started again,
 * say, whose agent lacked what it has now.
 */
export class FoundReasons {
  #found: ReadonlyMap<string, WaitingReason> = new Map();

  /** Takes the place of everything found before. */
  are(waiting: PlacementAnswer['waiting']): void {
    this.#found = new Map(waiting.map(({ jobId, reason }) => [jobId, reason]));
  }

  /** Also of a build whose reason is not recorded yet. */
  codeOf(jobId: string): string | undefined {
    return this.#found.get(jobId)?.code;
  }

  has(jobId: string, message: string | undefined): boolean {
    return message !== undefined && this.#found.get(jobId)?.message === message;
  }
}
