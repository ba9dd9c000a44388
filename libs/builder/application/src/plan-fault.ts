import { Fault, faultCode } from '@gild/ports';

const AGENT_STOPS = 'the agent that made the plan is being stopped; ask again';

/**
 * What kept an agent from making a plan, in the codes a request may be refused with: its own codes mean other things there,
 * as VERSION_NOT_FOUND does. A defect stays what it is.
 */
export const planFault = (error: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return new Fault('UNAVAILABLE', AGENT_STOPS, { cause: error, retryable: true });
  const code = faultCode(error);
  if (code === undefined) return error;
  const { message, retryable } = error as Fault;
  const mirrorIsAway = code === 'MIRROR_UNREACHABLE' && retryable;
  return new Fault(mirrorIsAway ? 'UNAVAILABLE' : 'PLAN_FAILED', message, {
    cause: error,
    retryable,
    details: { code },
  });
};
