import { AgentHeard, SchedulerEcho, subjects, type SyncRequest } from '@gild/contracts';
import { highestAttempt } from '@gild/scheduler-domain';
import { LOOP, type Farm } from '../farm.js';
import { attemptsOf, isListed } from '../sync/desired-state.js';
import type { JobsState } from '../views/jobs-state.js';

/** An agent speaks to one scheduler at a time: the others would call it, and what it works on, lost. */
export const tellOthers = (request: SyncRequest, state: JobsState, { messenger }: Farm): void => {
  const { agent, draining } = request;
  const running = attemptsOf(agent.agentId, state)
    .filter((entry) => isListed(entry, request))
    .map(({ record }) => ({ jobId: record.request.jobId, attempt: highestAttempt(record.state) }));
  const heard: AgentHeard = { agent, draining, running };
  messenger.hint(subjects.agentHeard, heard);
};

/** Takes what somebody else heard as if it had been heard here. */
export const hear = (heard: AgentHeard, { present, leases, bell }: Farm): void => {
  for (const place of heard.running) leases.renewNamed(place);
  if (present.saw(heard)) bell.ring(LOOP);
};

/** Takes what other schedulers heard as if it had been heard here, until the returned function is called. */
export const hearOthers = async (farm: Farm): Promise<() => void> => {
  const { messenger, hearing, name } = farm;
  const stopHearing = await messenger.onHint(subjects.agentHeard, (payload) => {
    const heard = AgentHeard.safeParse(payload);
    if (heard.success) hear(heard.data, farm);
  });
  const stopListening = await messenger.onHint(subjects.schedulerEcho, (payload) => {
    if (SchedulerEcho.safeParse(payload).data?.from === name) hearing.echoed();
  });
  return () => {
    stopHearing();
    stopListening();
  };
};

/** Asks the transport for an echo: as long as one comes back, hints of other schedulers come too. */
export const askForEcho = ({ messenger, name }: Farm): void => {
  const echo: SchedulerEcho = { from: name };
  messenger.hint(subjects.schedulerEcho, echo);
};
