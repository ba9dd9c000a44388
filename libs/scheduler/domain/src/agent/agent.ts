import type { AgentAnnounced, AgentEvent } from '@gild/contracts';
import { accept, canonicalJson, reject, type Decider, type Decision } from '@gild/kernel';
import type { z } from 'zod';
import type { AgentCommand, AgentRejection } from './agent-commands.js';
import { quarantineUntil } from './quarantine.js';

type Announced = z.infer<typeof AgentAnnounced>['data'];
type DataOf<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>['data'];

export type Drain = { by: string; reason?: string | undefined };

/** `until` absent: until somebody releases it. After `until` the agent gets one build to show whether it works again. */
export type Quarantine = Pick<DataOf<'AgentQuarantined'>, 'by' | 'reason' | 'until' | 'times' | 'evidence'>;

/**
 * `silent`: it was announced, and has not been heard of since its lease ran out. What somebody decided about it outlives its
 * sessions.
 */
export type AgentState =
  | { status: 'unknown' }
  | {
      status: 'present' | 'silent';
      announced: Announced;
      drain?: Drain | undefined;
      quarantine?: Quarantine | undefined;
    };
type KnownAgent = Exclude<AgentState, { status: 'unknown' }>;

type AgentDecision = Decision<AgentEvent, AgentRejection>;

/** An agent's presence and standing: recorded when they change, not at every beat. */
export const agent: Decider<AgentState, AgentCommand, AgentEvent, AgentRejection> = {
  initial: { status: 'unknown' },
  decide: (command, state) => {
    if (command.type === 'AnnounceAgent') return announce(command.data, state);
    if (state.status === 'unknown')
      return command.type === 'ReportSilence' ? accept() : reject({ code: 'AGENT_NOT_FOUND' });
    return decideKnown(command, state);
  },
  evolve: (state, event) => {
    if (event.type !== 'AgentAnnounced')
      return state.status === 'unknown' ? state : evolveKnown(state, event);
    const standing = state.status === 'unknown' ? {} : state;
    return { ...standing, status: 'present', announced: event.data };
  },
};

const announce = (data: Announced, state: AgentState): AgentDecision =>
  state.status === 'present' && canonicalJson(state.announced) === canonicalJson(data)
    ? accept()
    : accept({ type: 'AgentAnnounced', data });

const decideKnown = (
  { type, data }: Exclude<AgentCommand, { type: 'AnnounceAgent' }>,
  state: KnownAgent,
): AgentDecision => {
  switch (type) {
    case 'ReportSilence':
      return state.status === 'present' ? accept({ type: 'AgentSilent', data }) : accept();
    case 'DrainAgent':
      return state.drain === undefined ? accept({ type: 'AgentDrainRequested', data }) : accept();
    case 'ResumeAgent':
      return state.drain === undefined ? accept() : accept({ type: 'AgentResumed', data });
    case 'QuarantineAgent':
      return quarantineByHand(data, state);
    case 'QuarantineFailing':
      return quarantine(data, state);
    case 'ReleaseAgent':
      return state.quarantine === undefined ? accept() : accept({ type: 'AgentReleased', data });
    case 'ReleaseWorking':
      return release(data, state);
  }
};

const isByHand = (known: Quarantine | undefined): boolean => known !== undefined && known.until === undefined;

const quarantineByHand = (
  data: Extract<AgentCommand, { type: 'QuarantineAgent' }>['data'],
  { quarantine: known }: KnownAgent,
): AgentDecision => {
  const times = (known?.times ?? 0) + 1;
  return isByHand(known)
    ? accept()
    : accept({ type: 'AgentQuarantined', data: { ...data, times, evidence: [] } });
};

/** What a scheduler found may be settled already, by another one or by hand: then nothing follows from it any more. */
const quarantine = (
  { round, now, ...data }: Extract<AgentCommand, { type: 'QuarantineFailing' }>['data'],
  { quarantine: known }: KnownAgent,
): AgentDecision => {
  if ((known?.times ?? 0) !== round || isByHand(known)) return accept();
  const times = round + 1;
  return accept({ type: 'AgentQuarantined', data: { ...data, until: quarantineUntil(now, times), times } });
};

const release = (
  { round, ...data }: Extract<AgentCommand, { type: 'ReleaseWorking' }>['data'],
  { quarantine: known }: KnownAgent,
): AgentDecision =>
  known?.until === undefined || known.times !== round ? accept() : accept({ type: 'AgentReleased', data });

const evolveKnown = (
  state: KnownAgent,
  { type, data }: Exclude<AgentEvent, { type: 'AgentAnnounced' }>,
): AgentState => {
  switch (type) {
    case 'AgentSilent':
      return { ...state, status: 'silent' };
    case 'AgentDrainRequested':
      return { ...state, drain: { by: data.by, reason: data.reason } };
    case 'AgentResumed':
      return { ...state, drain: undefined };
    case 'AgentQuarantined': {
      const { by, reason, until, times, evidence } = data;
      return { ...state, quarantine: { by, reason, until, times, evidence } };
    }
    case 'AgentReleased':
      return { ...state, quarantine: undefined };
  }
};
