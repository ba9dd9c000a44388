import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { makeSigningKeyFile, syncPath } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { makeCertificates, natsConf, newFarmIdentity, SERVICES } from '@gild/transport-nats';
import { type FarmFiles, farmFiles } from './farm-files.js';
import { kept } from './kept.js';

const LOCAL = ['localhost', '127.0.0.1', '::1'];
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/** What was made, and for how long the certificates are good. */
export type NewFarm = FarmFiles & {
  hosts: readonly string[];
  certificate_days: number;
  authority_days: number;
};

/**
 * Makes all of it beside the folder and gives it its name at the end: there is a whole farm or none. Faults: CONFLICT when
 * something is in the folder, INVALID_REQUEST, TOOL_MISSING.
 */
export const initFarm = async (folder: string, names: readonly string[]): Promise<NewFarm> => {
  const hosts = [...new Set([...names.map(checkedHost), ...LOCAL])];
  await requireEmpty(folder);
  const partial = `${folder}.${randomUUID()}.partial`;
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const days = await fill(farmFiles(partial), farmFiles(folder), hosts);
    await moved(partial, folder);
    return { ...farmFiles(folder), hosts, ...days };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

const checkedHost = (name: string): string => {
  // An address with a zone counts on one host alone: no certificate can name it.
  if ((isIP(name) !== 0 && !name.includes('%')) || HOST_NAME.test(name)) return name;
  throw new Fault(
    'INVALID_REQUEST',
    `--host: expected a host name or an address, without a port, found "${name}"`,
  );
};

const requireEmpty = async (folder: string): Promise<void> => {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Fault('INVALID_REQUEST', `${folder} cannot be used (${error.code ?? error.message})`, {
      cause: error,
    });
  });
  if (found.length === 0) return;
  throw new Fault('CONFLICT', `${folder} is not empty: nothing of it is overwritten; name another folder`);
};

const fill = async (at: FarmFiles, later: FarmFiles, hosts: readonly string[]) => {
  for (const path of [at.nats.configuration, at.signingKey, at.vault.operator])
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const identity = await newFarmIdentity();
  await Promise.all([
    kept(at.nats.configuration, natsConf(identity, later.nats)),
    makeSigningKeyFile(at.historyKey),
    kept(at.signingKey, `${identity.signingSeed}\n`),
    ...SERVICES.map((service) => kept(at.credentials[service], identity.creds[service])),
    kept(at.vault.operator, `${identity.operator.seed}\n`),
    kept(at.vault.system, `${identity.system.seed}\n`),
    kept(at.vault.farm, `${identity.farm.seed}\n`),
  ]);
  const files = { ca: at.ca, caKey: at.vault.ca, certificate: at.nats.certificate, key: at.nats.key };
  const { serverDays, caDays } = await makeCertificates(files, hosts, dirname(at.vault.ca));
  await Promise.all([chmod(at.vault.ca, 0o600), chmod(at.nats.key, 0o600), chmod(at.ca, 0o644)]);
  return { certificate_days: serverDays, authority_days: caDays };
};

/** An empty folder of the name gives way; one that has been filled meanwhile does not. */
const moved = async (partial: string, folder: string): Promise<void> => {
  try {
    await rename(partial, folder);
    await syncPath(dirname(folder));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Fault('CONFLICT', `${folder} cannot be made (${code ?? message})`, { cause });
  }
};
