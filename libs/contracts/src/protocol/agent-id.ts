import { z } from 'zod';

const LONGEST = 63;

/** One token of a subject and of a file name, so that what an agent may say can be bound to its name. */
export const AgentId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/,
    `expected an agent's name: letters, digits, _ and -, the first a letter or a digit, ${LONGEST} at most`,
  );

/** A name for the agent of a host: every character that may not be in one is replaced by a dash. */
export const agentIdOfHost = (hostName: string): string =>
  hostName
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST) || 'agent';
