import type { PlacementAnswer, WaitingReason } from '@gild/scheduler-domain';

/**
 * What this scheduler found builds to wait for when it last looked; in memory only. A recorded reason may be of another
 * time: of the farm before it was started again, say, whose agent lacked what it has now.
 */
export class FoundReasons {
  #found: ReadonlyMap<string, WaitingReason> = new Map();

  /** Takes the place of everything found before. */
  are(waiting: PlacementAnswer['waiting']): void {
    this.#found = new Map(waiting.map(({ jobId, reason }) => [jobId, reason]));
  }

  has(jobId: string, message: string | undefined): boolean {
    return message !== undefined && this.#found.get(jobId)?.message === message;
  }
}
