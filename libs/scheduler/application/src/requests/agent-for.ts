import type { AgentFor, AgentForReply } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { agentToAsk, archesOf, type RunningBuild } from '@gild/scheduler-domain';
import { capacityOf } from '../agents/capacity.js';
import { LOOP, type Farm } from '../farm.js';
import { attemptsOf } from '../sync/desired-state.js';
import type { JobsState } from '../views/jobs-state.js';

/**
 * Which agent to ask about such a build. A scheduler that has just started waits for those that it knows of to be heard.
 * Fault: UNAVAILABLE, with the sentence a build would wait with.
 */
export const agentFor = async (wanted: AgentFor, farm: Farm, signal: AbortSignal): Promise<AgentForReply> => {
  for (;;) {
    const ear = farm.bell.listen(LOOP);
    try {
      const state = await farm.view.current();
      const found = chosen(wanted, state, farm);
      if ('agentId' in found) return found;
      const patienceMs = stillToBeHeard(wanted, state, farm);
      if (patienceMs <= 0 || signal.aborted) throw refusal(found.hindrance);
      await eitherOf(ear.rung, patienceMs, farm);
    } finally {
      ear.stop();
    }
  }
};

const chosen = (wanted: AgentFor, state: JobsState, farm: Farm) => {
  const now = farm.clock.now();
  const heard = farm.present.within(farm.timing.seenWithinMs);
  const agents = heard.map((seen) => capacityOf(seen, { state, farm, now }));
  const running = agents.flatMap(({ agentId }): RunningBuild[] =>
    attemptsOf(agentId, state).map(({ record: { request } }) => ({
      ...{ jobId: request.jobId, imageName: request.imageName, agentId },
    })),
  );
  return agentToAsk(wanted, { agents, running, now });
};

/** How long an agent that would do may need to be heard of; 0 when nobody is missing. */
const stillToBeHeard = ({ arch }: AgentFor, { agents }: JobsState, { present, timing }: Farm): number => {
  const isMissing = [...agents].some(
    ([agentId, { state }]) =>
      state.status === 'present' &&
      archesOf(state.announced).includes(arch) &&
      present.get(agentId) === undefined,
  );
  return present.isEmpty() || isMissing ? timing.seenWithinMs - present.sinceStartMs() : 0;
};

const eitherOf = async (rung: Promise<void>, ms: number, { clock }: Farm): Promise<void> => {
  const over = new AbortController();
  const delay = clock.delay(ms, over.signal).catch(() => undefined);
  await Promise.race([rung, delay]);
  over.abort();
};

const refusal = ({ code, message }: { code: string; message: string }): Fault =>
  new Fault('UNAVAILABLE', `nobody can say what it would do: ${message}`, {
    details: { waiting_code: code },
    retryable: true,
  });
