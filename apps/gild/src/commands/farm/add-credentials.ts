import { readFile } from 'node:fs/promises';
import { Fault } from '@gild/ports';
import {
  credsText,
  newUserKey,
  readCreds,
  SERVICE_GRANTS,
  SERVICES,
  type ServiceName,
  userJwt,
} from '@gild/transport-nats';
import { type FarmFiles, farmFiles } from './farm-files.js';
import { kept } from './kept.js';

type Signer = { account: string; seed: string };

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code ?? cause.message;
    throw new Fault('INVALID_REQUEST', `expected the folder of a farm: ${path} cannot be read (${why})`, {
      cause,
    });
  });

const signerOf = async ({ credentials, signingKey }: FarmFiles): Promise<Signer> => ({
  account: (await readCreds(await textOf(credentials.registry))).account,
  seed: (await textOf(signingKey)).trim(),
});

const made = async (name: ServiceName, path: string, signer: Signer): Promise<string[]> => {
  const { seed, publicKey } = newUserKey();
  const jwt = await userJwt({ name, publicKey, grants: SERVICE_GRANTS[name] }, signer);
  try {
    await kept(path, credsText(jwt, seed));
    return [path];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return [];
    throw error;
  }
};

/** Makes the credentials of services that a farm of an earlier release has none for; those that are there stay. Fault: INVALID_REQUEST. */
export const addCredentials = async (folder: string): Promise<{ made: string[] }> => {
  const files = farmFiles(folder);
  const signer = await signerOf(files);
  const paths = SERVICES.map((name) => made(name, files.credentials[name], signer));
  return { made: (await Promise.all(paths)).flat() };
};
