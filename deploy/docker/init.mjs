// Makes the secrets of a farm whose containers share one host, once: who is who for NATS, and tokens and keys. It gives each
// service its own and no other's. What is there stays as it is, so that this may run at every start.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gild } from './gild.mjs';

/** Only this container sees it. */
const VAULT = '/var/lib/gild/vault';
/** One volume below it for each of those that are given something. */
const KEYS = '/var/lib/gild/keys';
const SECRET_BYTES = 32;

/** Whole or not at all, and readable to nobody but this account. */
const write = (path, bytes) => {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
};

const madeOnce = (name, make) => {
  const path = join(VAULT, name);
  if (!existsSync(path)) write(path, make());
  return readFileSync(path);
};

const secret = (name) => madeOnce(name, () => randomBytes(SECRET_BYTES).toString('base64url'));

/** Farms of before have none: so it is not taken from the folder of the farm. */
const signingKey = (name) =>
  madeOnce(name, () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** All of it or none: the command makes it beside its place. NATS has the files at the same path, which its configuration says. */
const farm = (path) => {
  const folder = join(VAULT, 'farm');
  if (!existsSync(folder)) gild(['farm', 'init', folder, '--host', 'nats']);
  if (!existsSync(join(folder, path))) gild(['farm', 'add-credentials', folder]); // of a service that is newer than the farm
  return readFileSync(join(folder, path));
};

const member = (service) => ['ca.crt', `credentials/${service}.creds`];

/** Who may be given what: files of the farm by their path, secrets by their name. The arguments name those that take part. */
const given = {
  nats: { farm: ['nats/nats.conf', 'nats/server.crt', 'nats/server.key'] },
  registry: { farm: member('registry'), signingKeys: ['history-signing.pem'] },
  scheduler: { farm: [...member('scheduler'), 'credentials/agents-signing.nk'] },
  gateway: { farm: member('gateway'), secrets: ['token'] },
  'cache-manager': { farm: member('cache-manager') },
  join: { secrets: ['token'] },
  objects: { secrets: ['s3-access-key', 's3-secret-key'] },
};
for (const owner of process.argv.slice(2)) {
  for (const path of given[owner].farm ?? []) write(join(KEYS, owner, basename(path)), farm(path));
  for (const name of given[owner].secrets ?? []) write(join(KEYS, owner, name), secret(name));
  for (const name of given[owner].signingKeys ?? []) write(join(KEYS, owner, name), signingKey(name));
}
