import { signingKeyFile } from '@gild/node-runtime';
import { Fault, type Signer } from '@gild/ports';

/** The key in the file of the setting; undefined where it is not set. Fault: SETTINGS_INVALID. */
export const signingKeyOf = async (
  path: string | undefined,
  registryId: string,
): Promise<Signer | undefined> => {
  if (path === undefined) return undefined;
  const signer = await signingKeyFile(path, `gild/${registryId}`);
  if (signer !== undefined) return signer;
  throw new Fault(
    'SETTINGS_INVALID',
    `GILD_SIGNING_KEY: there is no file ${path}; openssl genpkey -algorithm ed25519 makes a key`,
  );
};
