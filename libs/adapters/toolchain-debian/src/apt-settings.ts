import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AptMirrors, ExtraRepository, Target } from '@gild/contracts';
import { archOf, releaseOf } from './releases.js';
import { renderStanza } from './stanzas.js';

/** How the host reaches its mirrors (proxies, certificates, tolerance for old indexes), and nothing else of its settings. */
const REACH = /^Acquire::(https?|ftp|Check-Valid-Until|Check-Date|Retries|ForceIPv[46])(::|\s)/;

const run = promisify(execFile);

export const hostReach = async (): Promise<string> => {
  const { stdout } = await run('apt-config', ['dump'], { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
  return stdout
    .split('\n')
    .filter((line) => REACH.test(line) && !line.endsWith('"";'))
    .join('\n');
};

/**
 * Settings of an apt that works beside the host's own: every folder it uses is bound below /run/apt. A name that no package
 * has is no regular expression for it: with a dot or a plus sign in it, it would match others.
 */
export const privateSettings = (target: Target, reach: string): string => `Dir::Etc::parts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/run/apt/settings/sources";
Dir::State::lists "/run/apt/lists";
Dir::State::extended_states "/dev/null";
Dir::State::status "/run/apt/status";
Dir::Cache::archives "/run/apt/archives";
Dir::Cache::pkgcache "/run/apt/index/pkgcache.bin";
Dir::Cache::srcpkgcache "/run/apt/index/srcpkgcache.bin";
Dir::Log "/run/apt/log";
APT::Architecture "${archOf(target).packageArch}";
APT::Architectures { "${archOf(target).packageArch}"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Cmd::Pattern-Only "true";
APT::Update::Error-Mode "any";
Acquire::Retries "1";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
${reach}
`;

/** The distribution's own repositories on the given mirrors, each signed by the keys in the file that `keyrings` has for it. */
export const releaseSources = (target: Target, mirrors: AptMirrors, keyrings: AptMirrors): string => {
  const { suites, components, archived } = releaseOf(target);
  return (['main', 'security'] as const)
    .map((archive) => {
      const names = suites.filter((suite) => suite.archive === archive).map((suite) => suite.suite);
      return renderStanza({
        Types: 'deb',
        URIs: mirrors[archive],
        Suites: names.join(' '),
        Components: components.join(' '),
        'Signed-By': keyrings[archive],
        ...(archived ? { 'Check-Valid-Until': 'no' } : {}),
      });
    })
    .join('\n');
};

/** Where an image keeps the key of an extra repository. */
export const repositoryKeyPath = (name: string): string => `/etc/apt/keyrings/${name}.asc`;

/** An extra repository whose pinned key is the file at `keyPath`. */
export const extraSource = (repository: ExtraRepository, keyPath: string): string =>
  renderStanza({
    Types: 'deb',
    URIs: repository.uri,
    Suites: repository.suite,
    Components: repository.components.join(' '),
    'Signed-By': keyPath,
  });
