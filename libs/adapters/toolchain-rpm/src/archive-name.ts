import type { ResolvedPackage } from '@gild/contracts';
import { Fault } from '@gild/ports';

const SHORT = 12;

/** What an index may call a package: it becomes a file's name, and a word for tools of the host. */
const SOUND = /^[A-Za-z0-9_][A-Za-z0-9+._-]* [A-Za-z0-9][A-Za-z0-9.+:~^_-]* [a-z0-9_]+ [0-9a-f]{64}$/;

/** The name of a package's archive in the store, after its content. */
export const archiveName = ({ name, version, arch, sha256 }: ResolvedPackage): string => {
  const entry = `${name} ${version} ${arch} ${sha256}`;
  if (!SOUND.test(entry))
    throw new Fault('REPOSITORY_UNTRUSTED', `An index has an entry no package can have: ${entry}`);
  return `${name}-${version.replaceAll(':', '_')}.${arch}.${sha256.slice(0, SHORT)}.rpm`;
};
