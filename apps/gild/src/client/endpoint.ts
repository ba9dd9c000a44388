import { type RequestOptions, validateHeaderValue } from 'node:http';
import type { Duplex } from 'node:stream';
import { Fault } from '@gild/ports';

/** Where the API is. */
export type Endpoint =
  | { kind: 'url'; url: URL; token: string | undefined }
  | { kind: 'socket'; path: string }
  | { kind: 'process'; connect: () => Duplex };

/** The endpoint of a `GILD_URL`. Fault: INVALID_REQUEST when it is not an http(s) URL, or the token none. */
export const urlEndpoint = (text: string, token: string | undefined): Endpoint => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Fault(
      'INVALID_REQUEST',
      `GILD_URL: expected an http or https URL, found "${withoutSecret(text)}"`,
    );
  }
  if (token !== undefined && !isSendable(token)) {
    const hint = 'is there a line break at its end?';
    throw new Fault('INVALID_REQUEST', `GILD_TOKEN: it has a character that cannot be sent: ${hint}`);
  }
  return { kind: 'url', url, token };
};

/** A URL may hold a user and a password; neither is for the eyes of others. */
const withoutSecret = (text: string): string => text.replace(/^(\w+:\/\/)?.*@/s, '$1');

const isSendable = (token: string): boolean => {
  try {
    validateHeaderValue('authorization', token);
    return true;
  } catch {
    return false;
  }
};

/** How node:http reaches `path` there. */
export const requestOptions = (endpoint: Endpoint, path: string): RequestOptions => {
  if (endpoint.kind === 'socket') return { socketPath: endpoint.path, path, host: 'localhost' };
  if (endpoint.kind === 'process') return { createConnection: endpoint.connect, path, host: 'localhost' };
  const base = endpoint.url.pathname.replace(/\/$/, '');
  const authorization = endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` };
  const { protocol, port } = endpoint.url;
  const hostname = endpoint.url.hostname.replace(/^\[|\]$/g, ''); // a URL brackets an IPv6 address, a socket does not
  return { protocol, hostname, port, path: `${base}${path}`, headers: authorization };
};

/** The endpoint for people. */
export const describeEndpoint = (endpoint: Endpoint): string => {
  switch (endpoint.kind) {
    case 'url':
      return `${endpoint.url.origin}${endpoint.url.pathname}`;
    case 'socket':
      return endpoint.path;
    case 'process':
      return 'this process';
  }
};
