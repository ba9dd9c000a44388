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

/** The client tells its errors apart by `type`; never by class, of which there may be several copies. */
export const errorType = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'type') : undefined;

export const isPassing = (error: unknown): boolean =>
  PASSING.includes(errorType(error)) || faultCode(error) === 'STORE_UNAVAILABLE';

/** The fault for what the client threw; anything else passes as it is, for it is a defect of this adapter. */
export const asFault = (error: unknown): unknown => {
  const type = errorType(error);
  if (typeof type !== 'string' || !(error instanceof Error)) return error;
  const found = `KurrentDB answered ${type}: ${error.message}`;
  if (isPassing(error)) {
    return new Fault(
      'STORE_UNAVAILABLE',
      `${found}; expected it to be up: check the server, then try again`,
      {
        cause: error,
        retryable: true,
      },
    );
  }
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
