import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

const local = new WeakSet<Duplex>();

/**
 * Requests to this server need no token: it listens on a unix socket that only its owner may open, or is reached from
 * within its process alone. Never for a server on a TCP port. Call it before the server listens.
 */
export const guardedByFileMode = (server: Server): void => {
  server.prependListener('connection', (connection: Duplex) => local.add(connection));
};

/** Whether a connection came over a server that needs no token; its peer's address says nothing about that. */
export const isLocal = (connection: Duplex): boolean => local.has(connection);
