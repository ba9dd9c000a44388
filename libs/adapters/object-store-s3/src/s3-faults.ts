import { Fault } from '@gild/ports';
import { systemCode } from '@gild/node-runtime';
import type { S3Location } from './s3-server.js';

const FULL = 507;
const DENIED = [401, 403];
/** Answers that say "later": a conflict of two writers, too many requests, a request that took too long. */
const PASSING = [408, 409, 425, 429];
const SERVER_FAILED = 500;
const NOT_IMPLEMENTED = 501;

const FULL_CODES = [
  'XMinioStorageFull',
  'InsufficientStorage',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
];
const NO_ANSWER = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** A call that the server did not answer as hoped. `status`: undefined when it did not answer. */
export type Refusal = { what: string; status: number | undefined; error: unknown };

/** Which server, and whose key or grant it was asked with. */
export type S3Place = { location: Pick<S3Location, 'host' | 'port' | 'bucket'>; accessKey: string };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const placeOf = ({ location: { host, port, bucket } }: S3Place): string =>
  `bucket ${bucket} of ${host}:${port}`;

/** STORE_FULL and whatever may pass are retryable; the message names bucket and key id, never the secret. */
export const s3Fault = ({ what, status, error }: Refusal, server: S3Place): Fault => {
  const code = systemCode(error);
  const found = `${what}: ${placeOf(server)}`;
  if (status === FULL || FULL_CODES.includes(code))
    return new Fault('STORE_FULL', `${found} is full; free some space`, { cause: error, retryable: true });
  if (code === 'RequestTimeTooSkewed')
    return new Fault('STORE_IO', `${found} says the clocks differ; set the clock of this host`, {
      cause: error,
    });
  if (DENIED.includes(status ?? 0))
    return new Fault(
      'STORE_IO',
      `${found} denies this to the access key ${server.accessKey} (${code}); check the key, its secret and its policy`,
      { cause: error },
    );
  const answer = status === undefined ? 'gave no answer' : `answered ${status}`;
  return new Fault('STORE_IO', `${found} ${answer}: ${messageOf(error)}`, {
    cause: error,
    retryable: mayPass(status, code),
  });
};

/** A success that broke off in mid-body counts as no answer. */
const mayPass = (status: number | undefined, code: string): boolean =>
  status === undefined
    ? NO_ANSWER.includes(code)
    : status < 300 || failedToServe(status) || PASSING.includes(status) || code === 'RequestTimeout';

const failedToServe = (status: number): boolean => status >= SERVER_FAILED && status !== NOT_IMPLEMENTED;
