import type { FailureClass } from '@gild/contracts';

/** Why a build waits: a stable code, and a sentence that stays the same as long as the reason does. */
export type WaitingReason = { code: string; message: string };

/** An agent that would emulate a build, by its architecture, and why it cannot. */
export type Failing = { arch: string; reason: string };

const broken = (message: string, { arch, reason }: Failing): WaitingReason => ({
  code: 'CANNOT_EMULATE',
  message: `${message}: an ${arch} agent would emulate it, but cannot: ${reason.replace(/\.$/, '')}`,
});

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
  draining: (arch: string): WaitingReason => ({
    code: 'AGENTS_DRAINING',
    message: `all agents of ${arch} are draining`,
  }),
  diskLow: (percent: number): WaitingReason => ({
    code: 'DISK_LOW',
    message: `disk below ${percent} % on all agents`,
  }),
  policy: (limit: number): WaitingReason => ({
    code: 'POLICY_LIMIT',
    message: `${limit} of ${limit} builds running (policy)`,
  }),
  sameImage: { code: 'SAME_IMAGE', message: 'another build of this image runs' },
  busy: (arch: string): WaitingReason => ({ code: 'AGENTS_BUSY', message: `all agents of ${arch} are busy` }),
} as const;
