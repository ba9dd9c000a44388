import type { FailureClass } from '@gild/contracts';

/** Why a build waits: a stable code, and a sentence that stays the same as long as the reason does. */
export type WaitingReason = { code: string; message: string };

/** What a build wants of an agent: its architecture, what the image is made of, and a boot test; what is absent no agent lacks. */
export type Wanted = {
  arch: string;
  distribution?: string | undefined;
  release?: string | undefined;
  booted?: boolean | undefined;
};

/** An agent of the architecture that does not build what is wanted, or not boot it, and why not, as it says itself. */
export type Refusing = { agentId: string; reason: string; does: 'build' | 'boot' };

/** An agent that would emulate a build, by its architecture, and why it cannot. */
export type Failing = { arch: string; reason: string };

const broken = (message: string, { arch, reason }: Failing): WaitingReason => ({
  code: 'CANNOT_EMULATE',
  message: `${message}: an ${arch} agent would emulate it, but cannot: ${reason.replace(/\.$/, '')}`,
});

/** An agent that is in quarantine, as far as it is told. */
type Shut = { agentId: string; quarantine?: { reason: string; until?: string | undefined } | undefined };

/** The first that will be tried again; those that have to be released come last. */
const firstBack = (shut: readonly Shut[]): Shut =>
  shut.reduce((first, it) => ((it.quarantine?.until ?? '~') < (first.quarantine?.until ?? '~') ? it : first));

/** Of a job of an older release nothing may be known. */
const nameOf = ({ distribution = '', release = '' }: Wanted): string =>
  `${distribution} ${release}`.trim() || 'the image';

const deed = (wanted: Wanted, { does }: Refusing): string =>
  `build ${nameOf(wanted)}${does === 'boot' ? ' and boot it' : ''}`;

/** Says which agents are meant where others of the architecture do not build what is wanted. */
export const ableTo = (wanted: Wanted, refusing: Refusing): string => ` that can ${deed(wanted, refusing)}`;

const because: Partial<Record<FailureClass, string>> = {
  infrastructure: 'infrastructure failure',
  lost: 'its agent was lost',
};

export const waitingReasons = {
  backOff: (delayMs: number, attempt: number, failureClass: FailureClass): WaitingReason => ({
    code: 'BACK_OFF',
    message: `waits ${Math.round(delayMs / 1000)} s before attempt ${attempt} (${because[failureClass] ?? failureClass})`,
  }),
  /** `helpers`: architectures of agents that could emulate it if their hosts had the emulator. */
  noAgent: (arch: string, helpers: readonly string[] = [], failing?: Failing): WaitingReason => {
    const message = `no agent for ${arch}`;
    if (helpers.length === 0)
      return failing === undefined ? { code: 'NO_AGENT', message } : broken(message, failing);
    const who = helpers.toSorted().join(' or ');
    return {
      code: 'NO_EMULATOR',
      message: `${message}: an ${who} agent with qemu-user-static could emulate it`,
    };
  },
  noTools: (wanted: Wanted, refusing: Refusing): WaitingReason => ({
    code: 'NO_TOOLS',
    message: `no agent of ${wanted.arch} can ${deed(wanted, refusing)}; ${refusing.agentId} says: ${refusing.reason.replace(/\.$/, '')}`,
  }),
  /** `that`: which of the architecture's agents are meant, when that is not all of them. */
  draining: (arch: string, that = ''): WaitingReason => ({
    code: 'AGENTS_DRAINING',
    message: `all agents of ${arch}${that} are draining`,
  }),
  /** `shut`: the agents that are in quarantine, at least one; `alone`: no other agent of the architecture is draining. */
  quarantined: (arch: string, { shut, alone }: { shut: readonly Shut[]; alone: boolean }, that = '') => {
    const { agentId, quarantine: { reason, until } = { reason: '' } } = firstBack(shut);
    const who = `all agents of ${arch}${that} are quarantined${alone ? '' : ' or draining'}`;
    const end = until === undefined ? 'until it is released' : `until ${until}`;
    return {
      code: 'AGENTS_QUARANTINED',
      message: `${who}; ${agentId} ${end}: ${reason.replace(/\.$/, '')}`,
    } satisfies WaitingReason;
  },
  diskLow: (percent: number, that = ''): WaitingReason => ({
    code: 'DISK_LOW',
    message: `disk below ${percent} % on all agents${that}`,
  }),
  policy: (limit: number): WaitingReason => ({
    code: 'POLICY_LIMIT',
    message: `${limit} of ${limit} builds running (policy)`,
  }),
  sameImage: { code: 'SAME_IMAGE', message: 'another build of this image runs' },
  busy: (arch: string, that = ''): WaitingReason => ({
    code: 'AGENTS_BUSY',
    message: `all agents of ${arch}${that} are busy`,
  }),
} as const;
