import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A package of a repository that tests make. */
export type TestPackage = {
  name: string;
  /** `version-release`, and `epoch:` before it where there is one. */
  version?: string;
  arch?: 'noarch' | 'x86_64';
  requires?: readonly string[];
  provides?: readonly string[];
  conflicts?: readonly string[];
  obsoletes?: readonly string[];
  /** Files with content; a name that ends with a slash is a folder. */
  files?: Readonly<Record<string, string>>;
  /** Shell that puts more files into the folder it runs in. */
  stage?: string;
  pre?: string;
  post?: string;
};

const tags = (tag: string, values: readonly string[] = []) => values.map((value) => `${tag}: ${value}`);

const section = (name: string, script: string | undefined) =>
  script === undefined ? [] : [`%${name} -p /bin/sh`, script];

const specOf = ({ version = '1.0-1', ...one }: TestPackage, staged: string): string => {
  const [, epoch, upstream, release] = /^(?:(\d+):)?(.+)-([^-]+)$/.exec(version) ?? [];
  return [
    `Name: ${one.name}`,
    ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    `Version: ${upstream}`,
    `Release: ${release}`,
    ...['License: MIT', `Summary: ${one.name}`, 'AutoReqProv: no'],
    ...(one.arch === 'x86_64' ? [] : ['BuildArch: noarch']),
    ...tags('Requires', one.requires),
    ...tags('Provides', one.provides),
    ...tags('Conflicts', one.conflicts),
    ...tags('Obsoletes', one.obsoletes),
    ...['%description', one.name],
    ...['%install', `cp -a "${staged}/." "%{buildroot}/"`],
    ...section('pre', one.pre),
    ...section('post', one.post),
    `%files -f ${staged}.files`,
    '%changelog',
    '* Tue Oct 21 2025 Test <test@gild.invalid> - 1',
    '- made for a test',
    '',
  ].join('\n');
};

const SETTINGS = [
  ...[
    'debug_package %{nil}',
    '__os_install_post %{nil}',
    '_build_id_links none',
    '_binary_payload w1.zstdio',
  ],
  ...[
    'source_date_epoch_from_changelog 1',
    'use_source_date_epoch_as_buildtime 1',
    '_buildhost test.invalid',
  ],
  ...['clamp_mtime_to_source_date_epoch 1', '_unpackaged_files_terminate_build 0'],
].flatMap((setting) => ['--define', setting]);

/** Every file with its mode, owned by root; folders only where they are empty, or one would be everybody's. */
const LIST = `find . -mindepth 1 \\( ! -type d -o -empty \\) -printf '%y %m %P\\n' | sort -k 3 | while read -r kind mode path; do
  case $kind in d) echo "%dir %attr($mode,root,root) \\"/$path\\"" ;; l) echo "\\"/$path\\"" ;; *) echo "%attr($mode,root,root) \\"/$path\\"" ;; esac
done`;

/** Makes packages, signs them, and publishes them as repositories. */
export const rpmWorkshop = () => {
  const home = mkdtempSync(join(tmpdir(), 'gild-rpms-'));
  const run = (program: string, args: readonly string[], cwd = home): string =>
    execFileSync(program, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
  const environment = { ...process.env, HOME: home, GNUPGHOME: join(home, 'gpg'), LC_ALL: 'C.UTF-8' };
  mkdirSync(join(home, 'gpg'), { mode: 0o700 });
  mkdirSync(join(home, 'built'));

  const key = (who: string): string => {
    run('gpg', ['--batch', '--passphrase', '', '--quick-gen-key', who, 'rsa2048', 'sign', 'never']);
    return run('gpg', ['--armor', '--export', who]);
  };

  const stage = ({ files = {}, stage: script = '' }: TestPackage, folder: string): void => {
    mkdirSync(folder, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      const place = join(folder, path);
      mkdirSync(path.endsWith('/') ? place : dirname(place), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(place, content);
    }
    run('sh', ['-ec', script], folder);
    writeFileSync(`${folder}.files`, run('sh', ['-ec', LIST], folder));
  };

  /** Builds one package; its file. */
  const make = (one: TestPackage): string => {
    const folder = mkdtempSync(join(home, `${one.name}-`));
    stage(one, join(folder, 'tree'));
    writeFileSync(join(folder, 'package.spec'), specOf(one, join(folder, 'tree')));
    const places = ['--define', `_topdir ${folder}/top`, '--define', `_rpmdir ${folder}/out`];
    run(
      'rpmbuild',
      ['-bb', '--quiet', '--target', one.arch ?? 'noarch', ...SETTINGS, ...places, 'package.spec'],
      folder,
    );
    const [path] = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.rpm'),
    );
    return join(folder, 'out', path ?? '');
  };

  const sign = (who: string, rpms: readonly string[]): void => {
    run('rpmsign', ['--addsign', '--define', `_gpg_name ${who}`, '--define', '__gpg /usr/bin/gpg', ...rpms]);
  };

  /** A folder with the packages and their index. Called again it publishes anew. */
  const publish = (name: string, rpms: readonly string[]): string => {
    const folder = join(home, 'repositories', name);
    mkdirSync(folder, { recursive: true });
    run('sh', ['-ec', 'rm -rf ./*', 'sh'], folder);
    for (const rpm of rpms) run('cp', [rpm, folder]);
    run('createrepo_c', ['--quiet', '--no-database', '.'], folder);
    return folder;
  };

  return { home, key, make, sign, publish };
};
