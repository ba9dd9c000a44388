import { AgentAnnounced, AgentSilent, type AgentEvent } from '@gild/contracts';
import { accept, canonicalJson, command, oneOf, type Decider } from '@gild/kernel';
import type { z } from 'zod';

export const AgentCommand = oneOf(
  command('AnnounceAgent', AgentAnnounced.shape.data.shape),
  command('ReportSilence', AgentSilent.shape.data.shape),
);
export type AgentCommand = z.infer<typeof AgentCommand>;

/** `silent`: it was announced, and has not been heard of since its lease ran out. */
export type AgentState =
  { status: 'unknown' } | { status: 'present' | 'silent'; announced: z.infer<typeof AgentAnnounced>['data'] };

/** An agent's presence: recorded when it changes, not at every beat. */
export const agent: Decider<AgentState, AgentCommand, AgentEvent, never> = {
  initial: { status: 'unknown' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'AnnounceAgent':
        return state.status === 'present' && canonicalJson(state.announced) === canonicalJson(data)
          ? accept()
          : accept({ type: 'AgentAnnounced', data });
      case 'ReportSilence':
        return state.status === 'present' ? accept({ type: 'AgentSilent', data }) : accept();
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'AgentAnnounced':
        return { status: 'present', announced: data };
      case 'AgentSilent':
        return state.status === 'unknown' ? state : { ...state, status: 'silent' };
    }
  },
};
