import { createHash, createHmac } from 'node:crypto';
import type { S3Server } from './s3-server.js';

/** A request to sign. `headers`: all that its sender has to send, besides the host; names in lower case. */
export type Presigning = {
  method: 'PUT' | 'GET';
  name: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  expiresInSeconds: number;
  /** ISO 8601. */
  now: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As AWS encodes: everything but letters, digits and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const sorted = (entries: Record<string, string>): [string, string][] =>
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));

const hostOf = ({ location: { host, port, tls } }: S3Server): string =>
  port === (tls ? 443 : 80) ? host : `${host}:${port}`;

/**
 * The address under which exactly this request may be sent without keys, by AWS's signature version 4. Every header is signed,
 * the length too, which the client of MinIO leaves open.
 */
export const presigned = (server: S3Server, asked: Presigning): string => {
  const { location, region, accessKey, secretKey } = server;
  const time = `${asked.now.slice(0, 19).replace(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const headers = sorted({ ...asked.headers, host: hostOf(server) });
  const signedHeaders = headers.map(([header]) => header).join(';');
  const path = `/${[location.bucket, ...asked.name.split('/')].map(encoded).join('/')}`;
  const query = sorted({
    ...asked.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(asked.expiresInSeconds),
    'X-Amz-SignedHeaders': signedHeaders,
  })
    .map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
    .join('&');
  const lines = headers.map(([header, value]) => `${header}:${value}\n`).join('');
  const canonical = [asked.method, path, query, lines, signedHeaders, 'UNSIGNED-PAYLOAD'].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, [ALGORITHM, time, scope, sha256(canonical)].join('\n')).toString('hex');
  return `http${location.tls ? 's' : ''}://${hostOf(server)}${path}?${query}&X-Amz-Signature=${signature}`;
};
