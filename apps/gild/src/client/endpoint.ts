import type { RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { Fault } from '@gild/ports';

/** Where the API is. */
export type Endpoint =
  | { kind: 'url'; url: URL; token: string | undefined }
  | { kind: 'socket'; path: string }
  | { kind: 'process'; connect: () => Duplex };

/** The endpoint of a `GILD_URL`. Fault: INVALID_REQUEST when it is not an http(s) URL. */
export const urlEndpoint = (text: string, token: string | undefined): Endpoint => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Fault('INVALID_REQUEST', `GILD_URL: expected an http or https URL, found "${text}"`);
  }
  return { kind: 'url', url, token };
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
      return endpoint.url.href;
    case 'socket':
      return endpoint.path;
    case 'process':
      return 'this process';
  }
};
