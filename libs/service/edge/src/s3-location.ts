import type { S3Location } from '@gild/object-store-s3';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^([A-Za-z0-9_-]+\/)*$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const DEFAULT_PORTS: Record<string, number | undefined> = { 'https:': 443, 'http:': 80 };

const urlOf = (text: string): URL | undefined =>
  text.startsWith('s3:') && URL.canParse(text.slice('s3:'.length))
    ? new URL(text.slice('s3:'.length))
    : undefined;

/** Reads `s3:https://host:9000/bucket/folder`; undefined when the text is no such place. Keys have no place in it. */
export const s3Location = (text: string): S3Location | undefined => {
  const url = urlOf(text);
  return url === undefined ? undefined : locationOf(url);
};

const locationOf = (url: URL): S3Location | undefined => {
  const standardPort = DEFAULT_PORTS[url.protocol];
  const [bucket = '', ...folders] = url.pathname.replace(/^\/|\/$/g, '').split('/');
  const prefix = folders.map((folder) => `${folder}/`).join('');
  const isPlain = url.username + url.password + url.search + url.hash === '';
  const isSound = isPlain && BUCKET.test(bucket) && PREFIX.test(prefix);
  if (standardPort === undefined || !isSound) return undefined;
  const port = url.port === '' ? standardPort : Number(url.port);
  return { host: url.hostname, port, tls: url.protocol === 'https:', bucket, prefix };
};

/** Whether what is said to the server stays on this host. */
export const isLoopback = ({ host }: S3Location): boolean => LOOPBACK.test(host);
