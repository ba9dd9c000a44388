import { signingKeyFile } from '@gild/node-runtime';
import { Fault, type SigningKey } from '@gild/ports';

/** The key in the file of the setting; undefined where it is not set. Fault: SETTINGS_INVALID. */
export const signingKeyOf = async (path: string | undefined): Promise<SigningKey | undefined> => {
  if (path === undefined) return undefined;
  const key = await signingKeyFile(path);
  if (key !== undefined) return key;
  throw new Fault(
    'SETTINGS_INVALID',
    `GILD_SIGNING_KEY: there is no file ${path}; openssl genpkey -algorithm ed25519 makes a key`,
  );
};
