import { Fault, faultCode } from '@gild/ports';

/** What the server or the connection may get over by itself; the same call may then succeed. */
const PASSING: readonly unknown[] = [
  'timeout',
  'deadline-exceeded',
  'unavailable',
  'cancelled',
  'not-leader',
  'unknown',
];

/** The same as gRPC itself says it, for what the client (1.3.1) passes on as it is: what it asks before it knows the server. */
const PASSING_STATUS: ReadonlyMap<unknown, string> = new Map([
  [1, 'cancelled'],
  [4, 'deadline-exceeded'],
  [10, 'aborted'],
  [14, 'unavailable'],
]);

/** No node of a cluster told who leads; the client has no type of error for it. */
const UNDISCOVERED = /^Failed to discover after \d+ attempts/;

/** The client tells its errors apart by `type`; never by class, of which there may be several copies. */
export const errorType = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'type') : undefined;

/** What passes although the client gave it no type. */
const untypedPassing = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || errorType(error) !== undefined) return undefined;
  if (UNDISCOVERED.test(error.message)) return 'that no node leads';
  return 'metadata' in error && 'code' in error ? PASSING_STATUS.get(error.code) : undefined;
};

export const isPassing = (error: unknown): boolean =>
  PASSING.includes(errorType(error)) ||
  faultCode(error) === 'STORE_UNAVAILABLE' ||
  untypedPassing(error) !== undefined;

/** The fault for what the client threw; anything else passes as it is, for it is a defect of this adapter. */
export const asFault = (error: unknown): unknown => {
  const type = untypedPassing(error) ?? errorType(error);
  if (typeof type !== 'string' || !(error instanceof Error)) return error;
  const found = `KurrentDB answered ${type}: ${error.message}`;
  if (isPassing(error)) return away(found, error);
  if (type === 'access-denied') {
    return new Fault('STORE_REFUSED', `${found}: $all needs the group $admins or a changed ACL`, {
      cause: error,
    });
  }
  if (type === 'maximum-append-size-exceeded') {
    return new Fault('APPEND_TOO_LARGE', `${found}: append in several steps`, { cause: error });
  }
  return new Fault('STORE_IO', `${found}: nothing is known to have been recorded; see the server's log`, {
    cause: error,
  });
};

const away = (found: string, cause: Error): Fault =>
  new Fault('STORE_UNAVAILABLE', `${found}; expected it to be up: check the server, then try again`, {
    ...{ cause, retryable: true },
  });
