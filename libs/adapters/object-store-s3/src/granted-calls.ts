import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { ObjectGrant, type ObjectGrantRequest } from '@gild/contracts';
import { Fault, faultCode, type GrantedRequest, type Messenger } from '@gild/ports';
import { retrying } from './retrying.js';
import type { Answer } from './s3-calls.js';
import { s3Fault } from './s3-faults.js';
import type { S3Context } from './s3-server.js';
import { type Seen, transport } from './transport.js';

/** As whom, and how, an agent asks for grants and uses them. */
export type Granted = Pick<S3Context, 'pace' | 'clock' | 'random'> & {
  messenger: Messenger;
  /** Where grants are asked for. */
  subject: string;
  ca?: string | undefined;
};

/** One request that was granted. */
export type GrantedSending = {
  method: 'PUT' | 'GET';
  body?: Buffer;
  headers?: Record<string, string>;
  expect: readonly number[];
  signal?: AbortSignal | undefined;
};

/** Codes of a registry that does not answer now: it is asked again. */
const AWAY = ['UNAVAILABLE', 'TIMEOUT'];

/** What the registry says. Faults: STORE_IO (retryable) when it is away; its refusals pass through. */
export const askGrant = async (
  { messenger, subject }: Granted,
  request: ObjectGrantRequest,
  timeoutMs = 30_000,
): Promise<ObjectGrant> => {
  try {
    return ObjectGrant.parse(await messenger.request(subject, request, { timeoutMs }));
  } catch (error) {
    if (faultCode(error) === 'ARTIFACT_DAMAGED')
      throw new Fault('OBJECT_MISMATCH', (error as Error).message, { cause: error });
    if (!AWAY.includes(faultCode(error) ?? '')) throw error;
    const message = `the registry grants no access to the object store: ${(error as Error).message}`;
    throw new Fault('STORE_IO', message, { cause: error, retryable: true });
  }
};

/** Where a granted request goes, for the words of a fault. */
export const placeOf = (url: string) => {
  const { hostname: host, port, pathname } = new URL(url);
  const bucket = pathname.split('/')[1] ?? '';
  return { location: { host, port: Number(port), bucket }, accessKey: 'of the grant' };
};

/** The request of a grant, as the transport takes it. */
const requestOf = (
  { ca }: Granted,
  { url, headers }: GrantedRequest,
  { method, body, headers: more }: GrantedSending,
): https.RequestOptions => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  return {
    ...{ method, host: hostname.replace(/^\[|\]$/g, ''), path: pathname + search },
    ...(port === '' ? {} : { port }),
    agent: protocol === 'https:' ? new https.Agent(ca === undefined ? {} : { ca }) : new http.Agent(),
    headers: { ...headers, ...more, ...length },
  };
};

const MOST_OF_REASON = 16_384;

/** What S3 calls the error, where its answer says it. */
const codeOf = async (answer: http.IncomingMessage): Promise<string | undefined> => {
  let text = '';
  try {
    for await (const piece of answer.setEncoding('utf8')) {
      text += String(piece);
      if (text.length > MOST_OF_REASON) break;
    }
  } catch {
    // Its status says enough.
  }
  return /<Code>([^<]{1,100})<\/Code>/.exec(text)?.[1];
};

/** Sends what was granted. Every status that is not expected is a fault. */
export const sendGranted = async (
  granted: Granted,
  asked: GrantedRequest,
  sending: GrantedSending,
): Promise<Answer> => {
  const { method, body, expect, signal } = sending;
  const { url } = asked;
  const what = `${method} ${new URL(url).pathname}`;
  const seen: Seen = { status: undefined };
  const tls = url.startsWith('https:');
  try {
    const request = transport(tls, { idleMs: granted.pace.idleMs, seen, signal }).request(
      requestOf(granted, asked, sending),
      () => undefined,
    );
    // After the answer has begun, what breaks is told by its body.
    request.on('error', () => undefined);
    request.end(body);
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    const status = answer.statusCode ?? 0;
    if (expect.includes(status)) return { status, headers: answer.headers, body: answer };
    throw Object.assign(new Error(answer.statusMessage ?? 'no reason given'), { code: await codeOf(answer) });
  } catch (error) {
    signal?.throwIfAborted();
    throw s3Fault({ what, status: seen.status, error }, placeOf(url));
  }
};

/** Asks and sends, both again while that may help: every try has a grant of its own. */
export const grantedCall = <T>(
  granted: Granted,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> => retrying(call, { ...granted, signal });
