import { failureClass, needsHands } from '@gild/builder-domain';
import type { Failure } from '@gild/contracts';
import { faultCode } from '@gild/ports';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** The step a fault carries, put there by the step that failed. */
const stepOf = (error: unknown): string | undefined => {
  const step = memberOf(memberOf(error, 'details'), 'step');
  return typeof step === 'string' ? step : undefined;
};

/** What ended a build, for people and programs. `where`: the error that carries the step, when that is another one. */
export const failureOf = (error: unknown, where: unknown = error): Failure => {
  const code = faultCode(error);
  const mayPass = memberOf(error, 'retryable') === true;
  const step = stepOf(error) ?? stepOf(where);
  const message = memberOf(error, 'message');
  return {
    class: failureClass(code, mayPass),
    code: code ?? 'INTERNAL',
    message: typeof message === 'string' ? message : String(error),
    ...(step === undefined ? {} : { step }),
    ...(needsHands(code, mayPass) ? { retryable: false } : {}),
  };
};
