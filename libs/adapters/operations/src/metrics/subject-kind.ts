import { agentOfSubject } from '@gild/contracts';

const OF_AGENT = /^gild\.agent\.[^.]+/;

/** A subject as a label: one for all agents, since there may be any number of them. */
export const subjectKind = (subject: string): string =>
  agentOfSubject(subject) === undefined ? subject : subject.replace(OF_AGENT, 'gild.agent.*');
