import { readFile } from 'node:fs/promises';
import type { AptRelease } from '@gild/contracts';
import { Fault } from '@gild/ports';

/**
 * Keys of distributions whose keyring the host's own distribution does not package, armoured. Ubuntu's signs every release
 * since 20.04: fingerprint F6EC B376 2474 EDA9 D21B 7022 8719 20D1 991B C93C, taken from the package ubuntu-keyring.
 */
const SHIPPED: Readonly<Partial<Record<AptRelease['distribution'], string>>> = {
  ubuntu: 'ubuntu-archive-keyring.asc',
};

/** The shipped keys a release's indexes are signed with; undefined when they are the host's, at the release's path. */
export const shippedKeys = async ({ distribution }: AptRelease): Promise<string | undefined> => {
  const name = SHIPPED[distribution];
  return name === undefined
    ? undefined
    : readFile(new URL(`../assets/keys/${name}`, import.meta.url), 'utf8');
};

/** Fault: KEYRING_MISSING when this host has not the keys of the release. */
export const requireHostKeys = async ({ keyring: { path, package: name } }: AptRelease): Promise<void> => {
  await readFile(path).catch((cause) => {
    throw new Fault('KEYRING_MISSING', `${path} is needed to check packages. Install ${name}.`, { cause });
  });
};
