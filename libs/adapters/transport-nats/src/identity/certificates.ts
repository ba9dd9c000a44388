import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '@gild/ports';

const run = promisify(execFile);
const LIMIT_MS = 60_000;
const CA_DAYS = 3650;
/** What most programs take at the longest. */
const SERVER_DAYS = 825;

/** Files of a folder: an authority of its own, and the certificate of a server for these names. */
export type Certificates = { ca: string; caKey: string; certificate: string; key: string };

/** Makes both with openssl, for as many days as they say. Fault: TOOL_MISSING, or INTERNAL with what openssl says. */
export const makeCertificates = async (
  files: Certificates,
  hosts: readonly string[],
  scratch: string,
): Promise<{ serverDays: number; caDays: number }> => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];
  await openssl([
    ...['req', '-x509', ...curve, '-keyout', files.caKey, '-out', files.ca, '-days', String(CA_DAYS)],
    ...['-subj', '/CN=Gild farm NATS authority', '-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  const request = join(scratch, 'server.csr');
  await openssl([
    ...['req', '-new', ...curve, '-keyout', files.key, '-out', request, '-subj', '/CN=Gild farm NATS server'],
    ...['-addext', `subjectAltName=${hosts.map(alternativeName).join(',')}`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature'],
    ...['-addext', 'extendedKeyUsage=serverAuth'],
  ]);
  await openssl([
    ...['x509', '-req', '-in', request, '-CA', files.ca, '-CAkey', files.caKey],
    ...['-out', files.certificate, '-days', String(SERVER_DAYS), '-sha256', '-copy_extensions', 'copyall'],
  ]);
  await rm(request);
  return { serverDays: SERVER_DAYS, caDays: CA_DAYS };
};

const alternativeName = (host: string): string => (isIP(host) === 0 ? `DNS:${host}` : `IP:${host}`);

const openssl = async (args: readonly string[]): Promise<void> => {
  try {
    await run('openssl', args, { timeout: LIMIT_MS });
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT')
      throw new Fault('TOOL_MISSING', 'openssl is needed to make certificates: apt-get install openssl', {
        cause: error,
      });
    throw new Fault('INTERNAL', `openssl ${args[0] ?? ''} failed: ${stderr.trim()}`, { cause: error });
  }
};
