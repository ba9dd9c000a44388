/** The protocol that agents and schedulers of this release speak. Raised when a peer of before would misread it. */
export const AGENT_PROTOCOL = 1;

/** Protocols a scheduler of this release understands, and the release that brought each. */
const UNDERSTOOD: Readonly<Record<number, string>> = { 1: '0.1.0' };

/** An agent that does not say what it speaks is of a release that knew only the first. */
export const FIRST_PROTOCOL = 1;

/**
 * Why a scheduler cannot work with an agent that speaks this protocol, and what to do; undefined when it can.
 */
export const protocolProblem = (
  protocol: number,
  agent: { agentId: string; release: string },
): string | undefined => {
  if (UNDERSTOOD[protocol] !== undefined) return undefined;
  const known = Object.keys(UNDERSTOOD).map(Number);
  const oldest = Math.min(...known);
  const newest = Math.max(...known);
  const found = `agent ${agent.agentId} (release ${agent.release}) speaks protocol ${protocol}`;
  const expected = `this farm takes ${oldest === newest ? oldest : `${oldest} to ${newest}`}, of releases from ${UNDERSTOOD[oldest] ?? ''}`;
  return protocol > newest
    ? `${found}, ${expected}: upgrade the services of the farm first, or install their release on the agent's host`
    : `${found}, ${expected}: install the release of the farm on the agent's host`;
};
