import { type AgentIdentity, readIdentity, renewCredentials, writeIdentity } from '@gild/builder-edge';
import { systemClock } from '@gild/node-runtime';
import type { Messenger } from '@gild/ports';
import type { NatsFarm } from '@gild/service-edge';

/** What joining a farm gave this agent. */
export type Joined = {
  /** What is not set otherwise. */
  environment: NodeJS.ProcessEnv;
  farm: NatsFarm;
  /** Renews the credentials for as long as the agent runs. */
  start: (messenger: Messenger, report: (error: unknown) => void) => void;
  stop: () => void;
};

/** Of the agent whose folder it is; one that did not join has its settings alone. */
export const joinedFarm = async (state: string | undefined): Promise<Joined> => {
  const identity = state === undefined ? undefined : await readIdentity(state);
  return state === undefined || identity === undefined ? NOT_JOINED : joined(state, identity);
};

const NOT_JOINED: Joined = {
  environment: {},
  farm: {},
  start: () => undefined,
  stop: () => undefined,
};

const joined = (state: string, identity: AgentIdentity): Joined => {
  const { agentId, seed, farm } = identity;
  let { credentials } = identity;
  const leaving = new AbortController();
  return {
    environment: {
      ...{ GILD_NATS_URL: farm.natsUrl, GILD_AGENT_ID: agentId },
      ...(farm.objects !== undefined && { GILD_OBJECTS: farm.objects }),
    },
    farm: { ca: farm.ca, credentials: () => ({ jwt: credentials.jwt, seed }) },
    start: (messenger, report) =>
      void renewCredentials({
        ...{ agentId, credentials, messenger, report, clock: systemClock, signal: leaving.signal },
        renewed: async (fresh) => {
          credentials = fresh; // they count even where the file cannot be written: a full disk ends nobody's membership
          await writeIdentity(state, { ...identity, credentials });
        },
      }),
    stop: () => leaving.abort(),
  };
};
