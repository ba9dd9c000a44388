// Makes what the containers of one host share as secrets, once: what is there stays as it is.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/var/lib/gild/farm';
const TOKEN_BYTES = 32;

/** Whole or not at all, and readable to nobody but this account. */
const writeSecret = (name, text) => {
  const path = join(FOLDER, name);
  if (existsSync(path)) return;
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  console.log(`made ${path}`);
};

writeSecret('token', randomBytes(TOKEN_BYTES).toString('base64url'));
