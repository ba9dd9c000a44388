import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Fault } from '@gild/ports';
import type { ReadinessReport } from '@gild/operations';
import type { Address } from './address.js';
import { showsSecret } from './same-secret.js';

/** What is asked for: never more than a page of text. */
export type OperationsPages = {
  ready: () => Promise<ReadinessReport>;
  metrics: () => Promise<{ contentType: string; text: string }>;
};

export type OperationsListener = { address: Address; close: () => Promise<void> };

const REQUEST_WITHIN_MS = 10_000;
const LARGEST_HEADERS = 16 * 1024;

/**
 * Answers `GET /health/live`, `/health/ready` and `/metrics`. Health is for everybody, metrics for who shows the token if
 * there is one. Fault: UNAVAILABLE when the address cannot be had.
 */
export const listenForOperations = async (
  { host, port }: Address,
  pages: OperationsPages,
  token: string | undefined,
): Promise<OperationsListener> => {
  const options = { requestTimeout: REQUEST_WITHIN_MS, maxHeaderSize: LARGEST_HEADERS };
  const server = createServer(options, (request, response) => {
    answer(request, pages, token).then(
      (reply) => send(response, reply),
      () => send(response, json(500, { status: 'failed' })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen({ host, port }, cause)));
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  return {
    address: { host, port: typeof bound === 'object' && bound !== null ? bound.port : port },
    close: () => closed(server),
  };
};

type Reply = { status: number; contentType: string; text: string; headers?: Record<string, string> };

const json = (status: number, body: object): Reply => ({
  status,
  contentType: 'application/json; charset=utf-8',
  text: `${JSON.stringify(body)}\n`,
});

const answer = async (
  { method = '', url = '', headers }: IncomingMessage,
  pages: OperationsPages,
  token: string | undefined,
): Promise<Reply> => {
  if (!READING.has(method)) return notAllowed;
  switch (url.split('?')[0] ?? '') {
    case '/health/live':
      return json(200, { status: 'live' });
    case '/health/ready':
      return readyReply(await pages.ready());
    case '/metrics':
      if (token !== undefined && !showsSecret(headers.authorization, token)) return unauthorized;
      return { status: 200, ...(await pages.metrics()) };
    default:
      return notFound;
  }
};

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const readyReply = (report: ReadinessReport): Reply => json(report.status === 'ready' ? 200 : 503, report);

const notAllowed: Reply = { ...json(405, { status: 'expected GET' }), headers: { allow: 'GET, HEAD' } };

const notFound = json(404, { status: 'expected /health/live, /health/ready or /metrics' });

const unauthorized: Reply = {
  ...json(401, { status: 'expected Authorization: Bearer with the value of GILD_OPS_TOKEN' }),
  headers: { 'www-authenticate': 'Bearer' },
};

const send = (response: ServerResponse, { status, contentType, text, headers }: Reply): void => {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : text);
};

const cannotListen = ({ host, port }: Address, cause: NodeJS.ErrnoException): Fault => {
  const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
  const message = `cannot listen on ${host}:${port}: ${why}; choose another address with GILD_OPS_LISTEN`;
  return new Fault('UNAVAILABLE', message, { cause });
};

const closed = async (server: Server): Promise<void> => {
  const over = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await over;
};
