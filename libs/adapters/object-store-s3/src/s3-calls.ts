import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { faultCode } from '@gild/ports';
import { Client } from 'minio';
import { retrying } from './retrying.js';
import { s3Fault } from './s3-faults.js';
import type { S3Context } from './s3-server.js';
import { connectionsOf, type Seen, transport } from './transport.js';

/** One request for an object, by its name in the bucket. */
export type S3Request = {
  method: 'HEAD' | 'GET' | 'PUT' | 'POST' | 'DELETE';
  name: string;
  query?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Statuses that are answers; every other one is a fault. */
  expect: readonly number[];
  signal?: AbortSignal | undefined;
};

export type Answer = { status: number; headers: IncomingHttpHeaders; body: IncomingMessage };

/** The server, as far as objects concern it. Every call is tried again while that may help, and ends with its signal. */
export type S3Calls = {
  /** A call of the client; `what` says in a fault what was attempted. */
  call: <T>(what: string, use: (client: Client) => Promise<T>, signal?: AbortSignal) => Promise<T>;
  /** The answer with its body yet to be read. */
  request: (request: S3Request) => Promise<Answer>;
  /** The answer's status and headers, its body as text. */
  ask: (request: S3Request) => Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>;
};

export const s3Calls = (context: S3Context): S3Calls => {
  const clientFor = clientsOf(context);
  const call: S3Calls['call'] = (what, use, signal) =>
    retrying(
      async () => {
        signal?.throwIfAborted();
        const seen: Seen = { status: undefined };
        try {
          return await use(clientFor(seen, signal));
        } catch (error) {
          signal?.throwIfAborted();
          if (faultCode(error) !== undefined) throw error;
          throw s3Fault({ what, status: seen.status, error }, context.server);
        }
      },
      { ...context, signal },
    );
  const send = sender(context.server.location.bucket);
  return {
    call,
    request: (request) => call(whatOf(request), (client) => send(client, request), request.signal),
    ask: (request) =>
      call(
        whatOf(request),
        async (client) => {
          const { status, headers, body } = await send(client, request);
          return { status, headers, text: await textOf(body) };
        },
        request.signal,
      ),
  };
};

/** A client for each call, for each watches its own connection; the connections are shared. */
const clientsOf = ({ server, pace }: S3Context) => {
  const agent = connectionsOf(server);
  const { host, port, tls } = server.location;
  return (seen: Seen, signal: AbortSignal | undefined): Client =>
    new Client({
      ...{ endPoint: host.replace(/^\[|\]$/g, ''), port, useSSL: tls, region: server.region },
      ...{ accessKey: server.accessKey, secretKey: server.secretKey },
      transportAgent: agent,
      transport: transport(tls, { idleMs: pace.idleMs, seen, signal }) as never,
      retryOptions: { disableRetry: true },
    });
};

const sender =
  (bucketName: string) =>
  async (client: Client, request: S3Request): Promise<Answer> => {
    const { method, name: objectName, query = '', body, expect } = request;
    const headers = { ...request.headers };
    const options = { method, bucketName, objectName, query, headers };
    const answer = await client.makeRequestAsync(options, body ?? '', [...expect]);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer };
  };

const whatOf = ({ method, name }: S3Request): string => `${method} ${name}`;

const textOf = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
};
