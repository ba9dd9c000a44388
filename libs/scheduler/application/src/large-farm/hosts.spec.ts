import { agent, type AgentCapacity, type AgentState, type Troubles } from '@gild/scheduler-domain';

/** An attempt as its agent knows it, and when it was last heard to work on it. */
export type Work = { jobId: string; attempt: number; facts: number; heardMs: number };

/** An agent as it really is, and beside that what the scheduler keeps of it. */
export type Host = {
  readonly agentId: string;
  readonly arch: string;
  readonly emulates: readonly string[];
  readonly slots: number;
  readonly freeDiskPercent: number;
  /** Every build fails there. */
  broken: boolean;
  /** `frozen` and `cut`: it works on and is not heard; a frozen one does not know that its leases are over. */
  condition: 'well' | 'dead' | 'cut' | 'frozen';
  /** How often it has died: what it was about to do before, it does not do after. */
  deaths: number;
  /** Others can do without it for good. */
  readonly isSpare: boolean;
  lastHeardMs: number;
  readonly work: Map<string, Work>;
  /** What it could not report yet. */
  untold: (() => void)[];
  state: AgentState;
  troubles: Troubles;
};

const NATIVE_X86 = 0.75;

/** Hosts of both architectures, some of which are full, and some broken; the first two are of one each and always mend. */
export const hostsOf = (count: number, draw: () => number): Map<string, Host> => {
  const hosts = Array.from({ length: count }, (_, n) => hostOf(n, draw));
  return new Map(hosts.map((host) => [host.agentId, host]));
};

const hostOf = (n: number, draw: () => number): Host => {
  const isSpare = n > 1;
  const isX86 = isSpare ? draw() < NATIVE_X86 : n === 0;
  const often = (share: number): boolean => draw() < share && isSpare;
  return {
    ...{ agentId: `agent-${n}`, arch: isX86 ? 'x86_64' : 'aarch64', isSpare },
    emulates: often(0.1) && isX86 ? ['aarch64'] : [],
    slots: often(0.3) ? 2 : 1,
    freeDiskPercent: often(0.03) ? 5 : 20 + Math.floor(draw() * 70),
    broken: often(0.05),
    ...{ condition: 'well', deaths: 0, lastHeardMs: 0, work: new Map(), untold: [] },
    ...{ state: agent.initial, troubles: [] },
  };
};

/** Quarantines in a row. */
export const roundOf = ({ state }: Host): number =>
  state.status === 'unknown' ? 0 : (state.quarantine?.times ?? 0);

/** The agent as the scheduler knows it. */
export const capacityOf = ({
  agentId,
  arch,
  emulates,
  slots,
  freeDiskPercent,
  state,
}: Host): AgentCapacity => ({
  ...{ agentId, arch, emulates, slots, freeDiskPercent },
  draining: state.status !== 'unknown' && state.drain !== undefined,
  quarantine: state.status === 'unknown' ? undefined : state.quarantine,
});
