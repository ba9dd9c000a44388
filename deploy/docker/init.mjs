// Makes the secrets that the containers of one host share, once, and gives each service its own and no other's. What is
// there stays as it is, so that this may run at every start.
import { randomBytes } from 'node:crypto';
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
import { join } from 'node:path';

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

const secret = (name) => {
  const path = join(VAULT, name);
  if (!existsSync(path)) write(path, randomBytes(SECRET_BYTES).toString('base64url'));
  return readFileSync(path);
};

/** Who may be given what; the arguments name those that take part. */
const given = { gateway: ['token'], objects: ['s3-access-key', 's3-secret-key'] };
for (const owner of process.argv.slice(2))
  for (const name of given[owner]) write(join(KEYS, owner, name), secret(name));
