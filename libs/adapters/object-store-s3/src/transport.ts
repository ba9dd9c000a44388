import http from 'node:http';
import https from 'node:https';
import type { S3Server } from './s3-server.js';

/** Answers after which the client throws without looking at the body; unread it would keep its connection. */
const UNREAD = [408, 429, 499, 500, 502, 503, 504, 520];

/** What one call saw of the connection. */
export type Seen = { status: number | undefined };

/** An idle connection as the error that it is for the caller. */
const idle = (idleMs: number): Error =>
  Object.assign(new Error(`nothing came for ${idleMs / 1000} s`), { code: 'ETIMEDOUT' });

/** Connections that are kept and used again, by all calls of a store. */
export const connectionsOf = ({ location, ca }: S3Server): http.Agent =>
  location.tls
    ? new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
    : new http.Agent({ keepAlive: true });

/** What the system holds of a body that was sent, and how slow a network may be that it is still to go through. */
const LARGEST_ON_ITS_WAY = 1024 * 1024;
const SLOWEST_BYTES_PER_MS = 20;

/** How long the end of a body may be on its way unseen: nothing is heard of it before the server answers. */
const onItsWayMs = (headers: http.RequestOptions['headers']): number => {
  const length = Number((headers as Record<string, unknown> | undefined)?.['content-length'] ?? 0);
  return Math.min(length, LARGEST_ON_ITS_WAY) / SLOWEST_BYTES_PER_MS;
};

/** Requests that end with the signal or when the connection is silent for too long, and say what was answered. */
export const transport = (
  tls: boolean,
  { idleMs, seen, signal }: { idleMs: number; seen: Seen; signal: AbortSignal | undefined },
) => ({
  request: (options: http.RequestOptions, answered: (response: http.IncomingMessage) => void) => {
    const request = (tls ? https : http).request(
      signal === undefined ? options : { ...options, signal },
      (response) => {
        seen.status = response.statusCode;
        if (UNREAD.includes(response.statusCode ?? 0)) response.resume();
        answered(response);
      },
    );
    const longest = idleMs + onItsWayMs(options.headers);
    request.setTimeout(longest, () => request.destroy(idle(longest)));
    return request;
  },
});
