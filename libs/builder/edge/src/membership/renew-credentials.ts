import { subjects, UserCredentials } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { Clock, Messenger } from '@gild/ports';

const AGAIN_AFTER_MS = 300_000;
/** Between two renewals, whatever the wall clock of this host says: it may be a day ahead, or behind. */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 12 * 3_600_000;

export type Renewal = {
  agentId: string;
  credentials: UserCredentials;
  messenger: Messenger;
  clock: Clock;
  /** Keeps new ones; the next connection shows them. What it throws is reported, and others are asked for soon. */
  renewed: (credentials: UserCredentials) => Promise<void>;
  report: (error: unknown) => void;
  signal: AbortSignal;
};

/** Asks for new credentials whenever half of the time of the last ones is over, until the signal is aborted. */
export const renewCredentials = async (renewal: Renewal): Promise<void> => {
  const { agentId, messenger, clock, renewed, report, signal } = renewal;
  let pauseMs = halfLeftMs(renewal.credentials, clock); // over already: at once
  while (await passed(pauseMs, clock, signal)) {
    try {
      const fresh = UserCredentials.parse(await messenger.request(subjects.agentCredentials(agentId), {}));
      await renewed(fresh);
      pauseMs = Math.max(SHORTEST_MS, halfLeftMs(fresh, clock));
    } catch (error) {
      report(error);
      pauseMs = AGAIN_AFTER_MS;
    }
  }
};

const halfLeftMs = ({ expiresAt }: UserCredentials, clock: Clock): number =>
  Math.min(LONGEST_MS, Math.max(0, (epochMs(expiresAt) - epochMs(clock.now())) / 2));

const passed = (ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> =>
  clock.delay(ms, signal).then(
    () => true,
    () => false,
  );
